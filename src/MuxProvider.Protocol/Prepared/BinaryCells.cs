using System.Buffers.Binary;
using System.Globalization;

namespace MuxProvider.Protocol;

/// <summary>
/// Decodes cells of the binary protocol, where they are not the same as those of the text protocol. Pure, allocates nothing (apart
/// from what becomes a text), and never throws: false means that the bytes are not what the server sends for such a column.
/// </summary>
public static class BinaryCells
{
    /// <summary>Reads a signed integer of 1, 2, 4 or 8 bytes.</summary>
    /// <param name="bytes">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False for another length.</returns>
    public static bool TryReadInt64(ReadOnlySpan<byte> bytes, out long value)
    {
        switch (bytes.Length)
        {
            case 1:
                value = unchecked((sbyte)bytes[0]);
                return true;
            case 2:
                value = BinaryPrimitives.ReadInt16LittleEndian(bytes);
                return true;
            case 4:
                value = BinaryPrimitives.ReadInt32LittleEndian(bytes);
                return true;
            case 8:
                value = BinaryPrimitives.ReadInt64LittleEndian(bytes);
                return true;
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>Reads an unsigned integer of 1, 2, 4 or 8 bytes.</summary>
    /// <param name="bytes">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False for another length.</returns>
    public static bool TryReadUInt64(ReadOnlySpan<byte> bytes, out ulong value)
    {
        switch (bytes.Length)
        {
            case 1:
                value = bytes[0];
                return true;
            case 2:
                value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
                return true;
            case 4:
                value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                return true;
            case 8:
                value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                return true;
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>Reads a FLOAT, exactly as it is stored: text would have six significant digits of it.</summary>
    /// <param name="bytes">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False unless there are 4 bytes of a finite number.</returns>
    public static bool TryReadSingle(ReadOnlySpan<byte> bytes, out float value)
    {
        value = bytes.Length == 4 ? BinaryPrimitives.ReadSingleLittleEndian(bytes) : float.NaN;
        return float.IsFinite(value);
    }

    /// <summary>Reads a DOUBLE.</summary>
    /// <param name="bytes">The cell.</param>
    /// <param name="value">The number.</param>
    /// <returns>False unless there are 8 bytes of a finite number.</returns>
    public static bool TryReadDouble(ReadOnlySpan<byte> bytes, out double value)
    {
        value = bytes.Length == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : double.NaN;
        return double.IsFinite(value);
    }

    /// <summary>Reads a DATE, DATETIME or TIMESTAMP of 0, 4, 7 or 11 bytes; zeros allowed.</summary>
    /// <param name="bytes">The cell.</param>
    /// <param name="value">The fields.</param>
    /// <returns>False when malformed.</returns>
    public static bool TryReadDateTime(ReadOnlySpan<byte> bytes, out DateTimeFields value)
    {
        value = default;
        if (bytes.IsEmpty)
            return true;
        if (bytes.Length is not (4 or 7 or 11))
            return false;
        var year = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (year > 9999 || bytes[2] > 12 || bytes[3] > 31)
            return false;
        var ticks = 0L;
        if (bytes.Length > 4 && !TryReadTimeOfDay(bytes[4..], out ticks))
            return false;
        value = new DateTimeFields(year, bytes[2], bytes[3], new TimeSpan(ticks));
        return true;
    }

    /// <summary>Reads a TIME of 0, 8 or 12 bytes, up to ±838:59:59.999999.</summary>
    /// <param name="bytes">The cell.</param>
    /// <param name="value">The time.</param>
    /// <returns>False when malformed or beyond the limit.</returns>
    public static bool TryReadTime(ReadOnlySpan<byte> bytes, out TimeSpan value)
    {
        value = default;
        if (bytes.IsEmpty)
            return true;
        if (bytes.Length is not (8 or 12) || bytes[0] > 1)
            return false;
        var days = BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]);
        if (days > 34 || !TryReadTimeOfDay(bytes[5..], out var ticks))
            return false;
        ticks += days * TimeSpan.TicksPerDay;
        if (ticks >= 839 * TimeSpan.TicksPerHour)
            return false;
        value = new TimeSpan(bytes[0] == 1 ? -ticks : ticks);
        return true;
    }

    /// <summary>The text that the text protocol would have for a cell: for what looks into rare cells only, and for messages.</summary>
    /// <param name="bytes">The cell; not NULL.</param>
    /// <param name="column">Its column.</param>
    /// <returns>The text; null where the bytes of the cell are the same in both protocols, or are malformed.</returns>
    public static string? ToText(ReadOnlySpan<byte> bytes, ColumnDefinition column)
    {
        ArgumentNullException.ThrowIfNull(column);
        switch (column.Type)
        {
            case ColumnType.Tiny or ColumnType.Short or ColumnType.Year or ColumnType.Int24 or ColumnType.Long or ColumnType.LongLong:
                if (column.IsUnsigned)
                    return TryReadUInt64(bytes, out var unsigned) ? unsigned.ToString(CultureInfo.InvariantCulture) : null;
                return TryReadInt64(bytes, out var signed) ? signed.ToString(CultureInfo.InvariantCulture) : null;

            case ColumnType.Float:
                return TryReadSingle(bytes, out var narrow) ? Exponent(narrow.ToString(CultureInfo.InvariantCulture)) : null;

            case ColumnType.Double:
                return TryReadDouble(bytes, out var wide) ? Exponent(wide.ToString(CultureInfo.InvariantCulture)) : null;

            case ColumnType.Date or ColumnType.NewDate or ColumnType.DateTime or ColumnType.Timestamp:
                return TryReadDateTime(bytes, out var date) ? ToText(date, column) : null;

            case ColumnType.Time:
                return TryReadTime(bytes, out var time) ? ToText(time, column) : null;

            default:
                return null;
        }
    }

    // As servers write it.
    private static string Exponent(string number) => number.Replace("E+", "e", StringComparison.Ordinal).Replace('E', 'e');

    private static string ToText(in DateTimeFields value, ColumnDefinition column)
    {
        var day = string.Create(CultureInfo.InvariantCulture, $"{value.Year:0000}-{value.Month:00}-{value.Day:00}");
        return column.Type is ColumnType.Date or ColumnType.NewDate ? day : $"{day} {ToText(value.TimeOfDay, column)}";
    }

    private static string ToText(TimeSpan value, ColumnDefinition column)
    {
        var size = value.Duration();
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(value < TimeSpan.Zero ? "-" : "")}{size.Ticks / TimeSpan.TicksPerHour:00}:{size.Minutes:00}:{size.Seconds:00}");
        if (column.Decimals is 0 or > 6)
            return text;
        var fraction = (size.Ticks % TimeSpan.TicksPerSecond).ToString("0000000", CultureInfo.InvariantCulture);
        return $"{text}.{fraction[..column.Decimals]}";
    }

    // Hours, minutes, seconds, and microseconds where there are any.
    private static bool TryReadTimeOfDay(ReadOnlySpan<byte> bytes, out long ticks)
    {
        ticks = 0;
        if (bytes[0] > 23 || bytes[1] > 59 || bytes[2] > 59)
            return false;
        ticks = bytes[0] * TimeSpan.TicksPerHour + bytes[1] * TimeSpan.TicksPerMinute + bytes[2] * TimeSpan.TicksPerSecond;
        if (bytes.Length == 3)
            return true;
        var microseconds = BinaryPrimitives.ReadUInt32LittleEndian(bytes[3..]);
        ticks += microseconds * TimeSpan.TicksPerMicrosecond;
        return microseconds < 1_000_000;
    }
}
