using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// Writes values into SQL text as
/// <see href="https://dev.mysql.com/doc/refman/8.4/en/literals.html">literals</see> that MySQL and MariaDB read back as
/// the same value. Pure; allocates nothing for the common types.
/// </summary>
/// <remarks>
/// <para>
/// In a string only <c>'</c> and, unless NO_BACKSLASH_ESCAPES is on, <c>\</c> mean something to the server. Both are
/// doubled. Doubling is the one escape that reads the same in every SQL mode, so <c>'</c> is never written as <c>\'</c>.
/// All other characters, U+0000 too, stand for themselves: packets carry their length.
/// </para>
/// <para>
/// The text is UTF-8 and must reach the server while <c>character_set_client</c> is utf8mb4. In some other sets
/// (gbk, sjis, big5 …) the byte of <c>\</c> can be the second half of a character, and no escape is safe.
/// </para>
/// </remarks>
public static class SqlLiteral
{
    /// <summary>The first tick that a TIME cannot hold: more than 838:59:59.999999.</summary>
    private const long TimeLimit = 839 * TimeSpan.TicksPerHour;

    /// <summary>The ticks of the server's smallest unit of time.</summary>
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    private static readonly SearchValues<char> QuoteAndBackslash = SearchValues.Create("'\\");
    private static readonly SearchValues<byte> QuoteAndBackslashBytes = SearchValues.Create("'\\"u8);

    /// <summary>Whether <see cref="Write"/> knows the type of a value. It may still refuse the value, such as a NaN.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False when <see cref="Write"/> would throw <see cref="NotSupportedException"/>.</returns>
    public static bool CanWrite(object? value) =>
        value is null
        || Type.GetTypeCode(value.GetType()) != TypeCode.Object
        || value is byte[] or Guid or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or BigInteger
            or char[] or StringBuilder or ReadOnlyMemory<char> or Memory<char>
            or ArraySegment<byte> or ReadOnlyMemory<byte> or Memory<byte> or MemoryStream;

    /// <summary>Appends the literal of a value.</summary>
    /// <param name="writer">Where to. Nothing is appended when the call throws.</param>
    /// <param name="value">
    /// Null and <see cref="DBNull"/> are NULL. <see cref="bool"/>, all integers up to 64 bits, <see cref="BigInteger"/>,
    /// <see cref="decimal"/>, <see cref="float"/>, <see cref="double"/> and enums (as their number) are numbers.
    /// <see cref="string"/>, <see cref="char"/>, <see cref="StringBuilder"/>, and arrays and memory of <see cref="char"/>
    /// are strings; a surrogate without its other half becomes U+FFFD. Arrays, segments and memory of <see cref="byte"/>
    /// and the whole content of a <see cref="MemoryStream"/> are binary strings. <see cref="DateTime"/>,
    /// <see cref="DateTimeOffset"/> (its UTC time), <see cref="DateOnly"/>, <see cref="TimeOnly"/> and
    /// <see cref="TimeSpan"/> are temporal literals; what is finer than a microsecond is cut off.
    /// <see cref="Guid"/> is written as the options say.
    /// </param>
    /// <param name="options">What the literal depends on.</param>
    /// <exception cref="NotSupportedException">There is no literal for this type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time beyond ±838:59:59.999999.</exception>
    /// <exception cref="ArgumentException">A NaN or an infinity; a <see cref="DateTime"/> of the kind that the options refuse.</exception>
    public static void Write(ByteWriter writer, object? value, in LiteralOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value is null)
        {
            writer.Write("NULL"u8);
            return;
        }

        // The type code of an enum is that of its number, and a boxed enum may be unboxed as its number.
        switch (Type.GetTypeCode(value.GetType()))
        {
            case TypeCode.DBNull:
                writer.Write("NULL"u8);
                break;
            case TypeCode.Boolean:
                writer.Write((bool)value ? "true"u8 : "false"u8);
                break;
            case TypeCode.Char:
                WriteText(writer, [(char)value], options);
                break;
            case TypeCode.SByte:
                WriteInteger(writer, (sbyte)value);
                break;
            case TypeCode.Byte:
                WriteInteger(writer, (byte)value);
                break;
            case TypeCode.Int16:
                WriteInteger(writer, (short)value);
                break;
            case TypeCode.UInt16:
                WriteInteger(writer, (ushort)value);
                break;
            case TypeCode.Int32:
                WriteInteger(writer, (int)value);
                break;
            case TypeCode.UInt32:
                WriteInteger(writer, (uint)value);
                break;
            case TypeCode.Int64:
                WriteInteger(writer, (long)value);
                break;
            case TypeCode.UInt64:
                WriteUnsigned(writer, (ulong)value);
                break;
            case TypeCode.Single:
                WriteReal(writer, (float)value);
                break;
            case TypeCode.Double:
                WriteReal(writer, (double)value);
                break;
            case TypeCode.Decimal:
                WriteDecimal(writer, (decimal)value);
                break;
            case TypeCode.DateTime:
                WriteDateTime(writer, (DateTime)value, options);
                break;
            case TypeCode.String:
                WriteText(writer, (string)value, options);
                break;
            default:
                WriteObject(writer, value, options);
                break;
        }
    }

    private static void WriteObject(ByteWriter writer, object value, in LiteralOptions options)
    {
        switch (value)
        {
            case byte[] bytes:
                WriteBytes(writer, bytes, options);
                break;
            case Guid guid:
                WriteGuid(writer, guid, options);
                break;
            case DateTimeOffset offset:
                WriteTimestamp(writer, offset.UtcDateTime);
                break;
            case DateOnly date:
                WriteDate(writer, date);
                break;
            case TimeOnly time:
                WriteTime(writer, time.ToTimeSpan());
                break;
            case TimeSpan time:
                WriteTime(writer, time);
                break;
            case BigInteger number:
                writer.WriteUtf8(number.ToString(CultureInfo.InvariantCulture));
                break;
            case char[] text:
                WriteText(writer, text, options);
                break;
            case StringBuilder text:
                WriteBuilder(writer, text, options);
                break;
            case ReadOnlyMemory<char> text:
                WriteText(writer, text.Span, options);
                break;
            case Memory<char> text:
                WriteText(writer, text.Span, options);
                break;
            case ArraySegment<byte> bytes:
                WriteBytes(writer, bytes, options);
                break;
            case ReadOnlyMemory<byte> bytes:
                WriteBytes(writer, bytes.Span, options);
                break;
            case Memory<byte> bytes:
                WriteBytes(writer, bytes.Span, options);
                break;
            case MemoryStream stream:
                WriteBytes(writer, stream.TryGetBuffer(out var buffer) ? buffer : stream.ToArray(), options);
                break;
            default:
                throw new NotSupportedException(
                    $"A value of type {value.GetType()} cannot be written as an SQL literal. Convert it to a number, a string, a byte array, a date or a Guid first.");
        }
    }

    private static void WriteInteger(ByteWriter writer, long value)
    {
        Utf8Formatter.TryFormat(value, writer.GetSpan(20), out var written);
        writer.Advance(written);
    }

    private static void WriteUnsigned(ByteWriter writer, ulong value)
    {
        Utf8Formatter.TryFormat(value, writer.GetSpan(20), out var written);
        writer.Advance(written);
    }

    private static void WriteDecimal(ByteWriter writer, decimal value)
    {
        value.TryFormat(writer.GetSpan(32), out var written, default, CultureInfo.InvariantCulture);
        writer.Advance(written);
    }

    private static void WriteReal<T>(ByteWriter writer, T value)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        ThrowIfNotFinite(T.IsFinite(value));
        writer.Advance(Format(value, writer.GetSpan(32)));
        WriteSignOfZero(writer, T.IsNegative(value) && T.IsZero(value));
    }

    /// <summary>
    /// The fewest digits that name a number and no other. Servers read them as a double: the largest float is written as one, because its
    /// fewest digits are a double beyond what a FLOAT holds.
    /// </summary>
    internal static int Format<T>(T value, Span<byte> text)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int written;
        if (typeof(T) == typeof(float) && T.Abs(value) == T.CreateChecked(float.MaxValue))
            double.CreateChecked(value).TryFormat(text, out written, "R", CultureInfo.InvariantCulture);
        else
            value.TryFormat(text, out written, "R", CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>"-0" is an integer to the server, which has no sign; "-0E0" is a double, which may keep it (MariaDB 10.11 still drops it).</summary>
    private static void WriteSignOfZero(ByteWriter writer, bool isNegativeZero)
    {
        if (isNegativeZero)
            writer.Write("E0"u8);
    }

    internal static void ThrowIfNotFinite(bool isFinite)
    {
        if (!isFinite)
            throw new ArgumentException("MySQL and MariaDB have no NaN and no infinity: the number has to be finite, or NULL.");
    }

    private static void WriteDateTime(ByteWriter writer, DateTime value, in LiteralOptions options)
    {
        ThrowIfOtherKind(value, options);
        WriteTimestamp(writer, value);
    }

    internal static void ThrowIfOtherKind(DateTime value, in LiteralOptions options)
    {
        if ((options.DateTimeKind, value.Kind) is (DateTimeKind.Utc, DateTimeKind.Local) or (DateTimeKind.Local, DateTimeKind.Utc))
        {
            throw new ArgumentException(
                $"A {nameof(DateTime)} of kind {value.Kind} cannot be written where 'DateTime Kind' is {options.DateTimeKind}. Convert it with "
                + (options.DateTimeKind == DateTimeKind.Utc ? "ToUniversalTime()." : "ToLocalTime()."));
        }
    }

    private static void WriteTimestamp(ByteWriter writer, DateTime value)
    {
        writer.Write("timestamp'"u8);
        var span = writer.GetSpan(32);
        WriteDay(span, value.Year, value.Month, value.Day);
        span[10] = (byte)' ';
        WriteDigits(span[11..], value.Hour, 2);
        writer.Advance(13);
        WriteMinutes(writer, value.TimeOfDay.Ticks);
        writer.WriteByte((byte)'\'');
    }

    /// <summary>A DATE, not a TIMESTAMP at midnight: what it is added to, compared with or concatenated to sees a date.</summary>
    private static void WriteDate(ByteWriter writer, DateOnly value)
    {
        writer.Write("date'"u8);
        var span = writer.GetSpan(16);
        WriteDay(span, value.Year, value.Month, value.Day);
        span[10] = (byte)'\'';
        writer.Advance(11);
    }

    private static void WriteTime(ByteWriter writer, TimeSpan value)
    {
        var ticks = value.Ticks;
        ThrowIfNoTime(value);
        writer.Write("time'"u8);
        if (ticks < 0)
        {
            ticks = -ticks;

            // What is cut off must not leave a sign without a time.
            if (ticks >= TicksPerMicrosecond)
                writer.WriteByte((byte)'-');
        }

        WriteInteger(writer, ticks / TimeSpan.TicksPerHour);
        WriteMinutes(writer, ticks);
        writer.WriteByte((byte)'\'');
    }

    internal static void ThrowIfNoTime(TimeSpan value)
    {
        if (value.Ticks is <= -TimeLimit or >= TimeLimit)
            throw new ArgumentOutOfRangeException(nameof(value), value, "A TIME lies between -838:59:59.999999 and 838:59:59.999999.");
    }

    /// <summary>Writes <c>:mm:ss</c>, and <c>.ffffff</c> unless it is zero.</summary>
    private static void WriteMinutes(ByteWriter writer, long ticks)
    {
        var span = writer.GetSpan(16);
        span[0] = (byte)':';
        WriteDigits(span[1..], (int)(ticks / TimeSpan.TicksPerMinute % 60), 2);
        span[3] = (byte)':';
        WriteDigits(span[4..], (int)(ticks / TimeSpan.TicksPerSecond % 60), 2);
        var written = 6;
        var microseconds = (int)(ticks % TimeSpan.TicksPerSecond / TicksPerMicrosecond);
        if (microseconds != 0)
        {
            span[6] = (byte)'.';
            WriteDigits(span[7..], microseconds, 6);
            written = 13;
        }

        writer.Advance(written);
    }

    /// <summary>Writes <c>yyyy-MM-dd</c>.</summary>
    private static void WriteDay(Span<byte> destination, int year, int month, int day)
    {
        WriteDigits(destination, year, 4);
        destination[4] = (byte)'-';
        WriteDigits(destination[5..], month, 2);
        destination[7] = (byte)'-';
        WriteDigits(destination[8..], day, 2);
    }

    private static void WriteDigits(Span<byte> destination, int value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            destination[i] = (byte)('0' + value % 10);
            value /= 10;
        }
    }

    private static void WriteGuid(ByteWriter writer, Guid value, in LiteralOptions options)
    {
        if (options.GuidFormat is GuidFormat.Binary16 or GuidFormat.TimeSwapBinary16 or GuidFormat.LittleEndianBinary16)
        {
            Span<byte> bytes = stackalloc byte[16];
            GuidBytes.Write(value, options.GuidFormat, bytes);
            WriteBytes(writer, bytes, options);
            return;
        }

        writer.WriteByte((byte)'\'');
        Utf8Formatter.TryFormat(value, writer.GetSpan(36), out var written, options.GuidFormat == GuidFormat.Char32 ? 'N' : 'D');
        writer.Advance(written);
        writer.WriteByte((byte)'\'');
    }

    /// <summary>The pieces of a builder may part a surrogate pair, so they are joined first.</summary>
    private static void WriteBuilder(ByteWriter writer, StringBuilder value, in LiteralOptions options)
    {
        var length = value.Length;
        var text = ArrayPool<char>.Shared.Rent(length);
        value.CopyTo(0, text, length);
        WriteText(writer, text.AsSpan(0, length), options);
        ArrayPool<char>.Shared.Return(text);
    }

    private static void WriteText(ByteWriter writer, ReadOnlySpan<char> text, in LiteralOptions options)
    {
        writer.WriteByte((byte)'\'');
        while (true)
        {
            // Neither character is a surrogate, so no pair is parted.
            var special = options.NoBackslashEscapes ? text.IndexOf('\'') : text.IndexOfAny(QuoteAndBackslash);
            if (special < 0)
                break;
            writer.WriteUtf8(text[..(special + 1)]);
            writer.WriteByte((byte)text[special]);
            text = text[(special + 1)..];
        }

        writer.WriteUtf8(text);
        writer.WriteByte((byte)'\'');
    }

    /// <summary>
    /// Writes <c>_binary'…'</c>. X'…' would need no escapes, but takes twice the bytes, so that a value which fits
    /// max_allowed_packet as stored would not fit on its way there, and is a number where a number is expected. The
    /// quoted form is as safe: the server looks for <c>'</c> and <c>\</c> only outside of well-formed multi-byte characters,
    /// and in utf8mb4 those contain neither.
    /// </summary>
    private static void WriteBytes(ByteWriter writer, ReadOnlySpan<byte> bytes, in LiteralOptions options)
    {
        if (options.BytesAsHex)
        {
            WriteHex(writer, bytes);
            return;
        }

        writer.Write("_binary'"u8);
        while (true)
        {
            var special = options.NoBackslashEscapes ? bytes.IndexOf((byte)'\'') : bytes.IndexOfAny(QuoteAndBackslashBytes);
            if (special < 0)
                break;
            writer.Write(bytes[..(special + 1)]);
            writer.WriteByte(bytes[special]);
            bytes = bytes[(special + 1)..];
        }

        writer.Write(bytes);
        writer.WriteByte((byte)'\'');
    }

    // The introducer keeps it from being a number.
    private static void WriteHex(ByteWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write("_binary X'"u8);
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, 1024)];
            Convert.TryToHexString(piece, writer.GetSpan(2 * piece.Length), out var written);
            writer.Advance(written);
            bytes = bytes[piece.Length..];
        }

        writer.WriteByte((byte)'\'');
    }
}
