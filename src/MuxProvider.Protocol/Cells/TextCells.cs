using System.Buffers.Text;
using System.Globalization;

namespace MuxProvider.Protocol;

/// <summary>
/// Decodes cells of the text protocol. Pure, allocates nothing, and never throws: false means that the bytes are not
/// what the server writes for such a column. All of the bytes must belong to the value.
/// </summary>
public static class TextCells
{
    /// <summary>The server's text for numbers knows no spaces, no group separators and no infinities.</summary>
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a signed integer; leading zeros (ZEROFILL) are allowed.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when malformed or outside of 64 bits.</returns>
    public static bool TryReadInt64(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;

    /// <summary>Reads an unsigned integer; leading zeros (ZEROFILL) are allowed.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when malformed, negative or outside of 64 bits.</returns>
    public static bool TryReadUInt64(ReadOnlySpan<byte> text, out ulong value) =>
        Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;

    /// <summary>Reads a BIT as bytes, most significant first.</summary>
    /// <param name="bytes">The cell.</param>
    /// <param name="value">The bits as a number.</param>
    /// <returns>False unless there are 1 to 8 bytes.</returns>
    public static bool TryReadBits(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        if (bytes.IsEmpty || bytes.Length > 8)
            return false;
        foreach (var b in bytes)
            value = value << 8 | b;
        return true;
    }

    /// <summary>
    /// Reads a DECIMAL. Digits behind the point that <see cref="decimal"/> cannot hold are rounded away; digits before it
    /// never are.
    /// </summary>
    /// <param name="text">The cell: up to 65 digits.</param>
    /// <param name="value">The number.</param>
    /// <param name="isOutOfRange">Whether the text is well formed and the number too large for <see cref="decimal"/>.</param>
    /// <returns>False when malformed or out of range.</returns>
    public static bool TryReadDecimal(ReadOnlySpan<byte> text, out decimal value, out bool isOutOfRange)
    {
        isOutOfRange = false;
        if (decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out value))
            return true;
        isOutOfRange = IsNumber(text);
        return false;
    }

    /// <summary>Reads a DOUBLE; the shortest text of a number gives back the same number.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when malformed.</returns>
    public static bool TryReadDouble(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, Number, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Reads a FLOAT, which the server writes with six significant digits.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False when malformed.</returns>
    public static bool TryReadSingle(ReadOnlySpan<byte> text, out float value) =>
        float.TryParse(text, Number, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);

    /// <summary>Reads a DATE: <c>YYYY-MM-DD</c>, zeros allowed.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">The fields.</param>
    /// <returns>False when malformed.</returns>
    public static bool TryReadDate(ReadOnlySpan<byte> text, out DateTimeFields value)
    {
        if (text.Length == 10
            && text[4] == '-'
            && text[7] == '-'
            && TryReadDigits(text[..4], out var year)
            && TryReadDigits(text[5..7], out var month)
            && TryReadDigits(text[8..], out var day)
            && month <= 12
            && day <= 31)
        {
            value = new DateTimeFields(year, month, day, TimeSpan.Zero);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Reads a DATETIME or TIMESTAMP: <c>YYYY-MM-DD[ HH:MM:SS[.f]]</c> with 1 to 7 digits <c>f</c>, zeros allowed.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">The fields.</param>
    /// <returns>False when malformed.</returns>
    public static bool TryReadDateTime(ReadOnlySpan<byte> text, out DateTimeFields value)
    {
        if (text.Length <= 10)
            return TryReadDate(text, out value);
        if (text[10] == ' '
            && TryReadDate(text[..10], out value)
            && text.Length >= 19
            && text[13] == ':'
            && TryReadDigits(text[11..13], out var hours)
            && hours <= 23
            && TryReadMinutes(text[14..], out var ticks))
        {
            value = value with { TimeOfDay = new TimeSpan(hours * TimeSpan.TicksPerHour + ticks) };
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Reads a TIME: <c>[-]HH:MM:SS[.f]</c> with 1 to 3 digits <c>H</c> and 1 to 7 digits <c>f</c>, up to ±838:59:59.999999.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">The time.</param>
    /// <returns>False when malformed or beyond the limit.</returns>
    public static bool TryReadTime(ReadOnlySpan<byte> text, out TimeSpan value)
    {
        value = default;
        var negative = !text.IsEmpty && text[0] == '-';
        if (negative)
            text = text[1..];
        var colon = text.IndexOf((byte)':');
        if (colon is < 1 or > 3 || !TryReadDigits(text[..colon], out var hours) || hours > 838 || !TryReadMinutes(text[(colon + 1)..], out var ticks))
            return false;
        ticks += hours * TimeSpan.TicksPerHour;
        value = new TimeSpan(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>Reads <c>MM:SS[.f]</c>.</summary>
    private static bool TryReadMinutes(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 5
            || text[2] != ':'
            || !TryReadDigits(text[..2], out var minutes)
            || !TryReadDigits(text[3..5], out var seconds)
            || minutes > 59
            || seconds > 59)
        {
            return false;
        }

        ticks = minutes * TimeSpan.TicksPerMinute + seconds * TimeSpan.TicksPerSecond;
        if (text.Length == 5)
            return true;
        var fraction = text[6..];
        if (text[5] != '.' || fraction.Length is < 1 or > 7 || !TryReadDigits(fraction, out var fractionTicks))
            return false;
        for (var digits = fraction.Length; digits < 7; digits++)
            fractionTicks *= 10;
        ticks += fractionTicks;
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var b in text)
        {
            var digit = b - '0';
            if ((uint)digit > 9)
                return false;
            value = value * 10 + digit;
        }

        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        return whole.Length + fraction.Length > 0 && !whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') && !fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
