using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// Writes values as
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html">parameters</see> of prepared
/// statements. A value has the type that its literal in the text would have, so that a statement means the same either way: see
/// <see cref="SqlLiteral"/>, which accepts the same values and refuses them with the same words. Pure.
/// </summary>
public static class BinaryParameter
{
    private const int LongestNumber = 64;

    /// <summary>Appends a value.</summary>
    /// <param name="writer">Where to; NULL appends nothing.</param>
    /// <param name="value">
    /// The value, as <see cref="SqlLiteral.Write"/> accepts it. A number whose literal has neither point nor exponent is an INT or
    /// BIGINT (signed where it fits), one with a point a DECIMAL, one with an exponent a DOUBLE.
    /// </param>
    /// <param name="options">What the value's form depends on.</param>
    /// <returns>The type that has to be sent with it; <see cref="ColumnType.Null"/> for NULL.</returns>
    /// <exception cref="NotSupportedException">The type cannot be sent.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time beyond ±838:59:59.999999.</exception>
    /// <exception cref="ArgumentException">A NaN or an infinity; a <see cref="DateTime"/> of the kind that the options refuse.</exception>
    public static ParameterType Write(ByteWriter writer, object? value, in LiteralOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value is null)
            return new ParameterType(ColumnType.Null);

        // The type code of an enum is that of its number, and a boxed enum may be unboxed as its number.
        return Type.GetTypeCode(value.GetType()) switch
        {
            TypeCode.DBNull => new ParameterType(ColumnType.Null),
            TypeCode.Boolean => WriteInteger(writer, (bool)value ? 1 : 0),
            TypeCode.Char => WriteText(writer, [(char)value]),
            TypeCode.SByte => WriteInteger(writer, (sbyte)value),
            TypeCode.Byte => WriteInteger(writer, (byte)value),
            TypeCode.Int16 => WriteInteger(writer, (short)value),
            TypeCode.UInt16 => WriteInteger(writer, (ushort)value),
            TypeCode.Int32 => WriteInteger(writer, (int)value),
            TypeCode.UInt32 => WriteInteger(writer, (uint)value),
            TypeCode.Int64 => WriteInteger(writer, (long)value),
            TypeCode.UInt64 => WriteUnsigned(writer, (ulong)value),
            TypeCode.Single => WriteReal(writer, (float)value),
            TypeCode.Double => WriteReal(writer, (double)value),
            TypeCode.Decimal => WriteDecimal(writer, (decimal)value),
            TypeCode.DateTime => WriteDateTime(writer, (DateTime)value, options),
            TypeCode.String => WriteText(writer, (string)value),
            _ => WriteObject(writer, value, options),
        };
    }

    private static ParameterType WriteObject(ByteWriter writer, object value, in LiteralOptions options) => value switch
    {
        byte[] bytes => WriteBytes(writer, bytes),
        Guid guid => WriteGuid(writer, guid, options),
        DateTimeOffset offset => WriteTimestamp(writer, offset.UtcDateTime),
        DateOnly date => WriteDate(writer, date),
        TimeOnly time => WriteTime(writer, time.ToTimeSpan()),
        TimeSpan time => WriteTime(writer, time),
        BigInteger number => WriteNumber(writer, Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture))),
        char[] text => WriteText(writer, text),
        StringBuilder text => WriteBuilder(writer, text),
        ReadOnlyMemory<char> text => WriteText(writer, text.Span),
        Memory<char> text => WriteText(writer, text.Span),
        ArraySegment<byte> bytes => WriteBytes(writer, bytes),
        ReadOnlyMemory<byte> bytes => WriteBytes(writer, bytes.Span),
        Memory<byte> bytes => WriteBytes(writer, bytes.Span),
        MemoryStream stream => WriteBytes(writer, stream.TryGetBuffer(out var buffer) ? buffer : stream.ToArray()),
        _ => throw new NotSupportedException(
            $"A value of type {value.GetType()} cannot be sent as a parameter. Convert it to a number, a string, a byte array, a date or a Guid first."),
    };

    private static ParameterType WriteInteger(ByteWriter writer, long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            writer.WriteUInt32(unchecked((uint)value));
            return new ParameterType(ColumnType.Long);
        }

        writer.WriteUInt64(unchecked((ulong)value));
        return new ParameterType(ColumnType.LongLong);
    }

    private static ParameterType WriteUnsigned(ByteWriter writer, ulong value)
    {
        if (value <= long.MaxValue)
            return WriteInteger(writer, (long)value);
        writer.WriteUInt64(value);
        return new ParameterType(ColumnType.LongLong, IsUnsigned: true);
    }

    private static ParameterType WriteReal<T>(ByteWriter writer, T value)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        SqlLiteral.ThrowIfNotFinite(T.IsFinite(value));
        if (T.IsZero(value))
            return WriteZero(writer, T.IsNegative(value));
        Span<byte> text = stackalloc byte[LongestNumber];
        return WriteNumber(writer, text[..SqlLiteral.Format(value, text)]);
    }

    private static ParameterType WriteDecimal(ByteWriter writer, decimal value)
    {
        Span<byte> text = stackalloc byte[LongestNumber];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return WriteNumber(writer, text[..length]);
    }

    // Only a DOUBLE knows the sign of zero.
    private static ParameterType WriteZero(ByteWriter writer, bool isNegative) =>
        isNegative ? WriteEightBytes(writer, double.NegativeZero) : WriteInteger(writer, 0);

    // The literal decides what the number is to the server.
    private static ParameterType WriteNumber(ByteWriter writer, ReadOnlySpan<byte> literal)
    {
        if (literal.ContainsAny((byte)'E', (byte)'e'))
            return WriteEightBytes(writer, double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture));
        if (!literal.Contains((byte)'.'))
        {
            if (long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                return WriteInteger(writer, whole);
            if (ulong.TryParse(literal, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
                return WriteUnsigned(writer, unsigned);
        }

        writer.WriteLengthEncodedString(literal);
        return new ParameterType(ColumnType.NewDecimal);
    }

    private static ParameterType WriteEightBytes(ByteWriter writer, double value)
    {
        writer.WriteUInt64(BitConverter.DoubleToUInt64Bits(value));
        return new ParameterType(ColumnType.Double);
    }

    private static ParameterType WriteText(ByteWriter writer, ReadOnlySpan<char> text)
    {
        writer.WriteLengthEncodedString(text);
        return new ParameterType(ColumnType.VarString);
    }

    /// <summary>The pieces of a builder may part a surrogate pair, so they are joined first.</summary>
    private static ParameterType WriteBuilder(ByteWriter writer, StringBuilder value)
    {
        var length = value.Length;
        var text = ArrayPool<char>.Shared.Rent(length);
        value.CopyTo(0, text, length);
        var type = WriteText(writer, text.AsSpan(0, length));
        ArrayPool<char>.Shared.Return(text);
        return type;
    }

    private static ParameterType WriteBytes(ByteWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteLengthEncodedString(bytes);
        return new ParameterType(ColumnType.Blob);
    }

    private static ParameterType WriteGuid(ByteWriter writer, Guid value, in LiteralOptions options)
    {
        if (options.GuidFormat is GuidFormat.Binary16 or GuidFormat.TimeSwapBinary16 or GuidFormat.LittleEndianBinary16)
        {
            Span<byte> bytes = stackalloc byte[16];
            GuidBytes.Write(value, options.GuidFormat, bytes);
            return WriteBytes(writer, bytes);
        }

        Span<char> text = stackalloc char[36];
        value.TryFormat(text, out var length, options.GuidFormat == GuidFormat.Char32 ? "N" : "D");
        return WriteText(writer, text[..length]);
    }

    private static ParameterType WriteDateTime(ByteWriter writer, DateTime value, in LiteralOptions options)
    {
        SqlLiteral.ThrowIfOtherKind(value, options);
        return WriteTimestamp(writer, value);
    }

    private static ParameterType WriteTimestamp(ByteWriter writer, DateTime value)
    {
        var microseconds = (uint)(value.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        writer.WriteByte(microseconds == 0 ? (byte)7 : (byte)11);
        WriteDay(writer, value.Year, value.Month, value.Day);
        writer.WriteByte((byte)value.Hour);
        writer.WriteByte((byte)value.Minute);
        writer.WriteByte((byte)value.Second);
        if (microseconds != 0)
            writer.WriteUInt32(microseconds);
        return new ParameterType(ColumnType.DateTime);
    }

    private static ParameterType WriteDate(ByteWriter writer, DateOnly value)
    {
        writer.WriteByte(4);
        WriteDay(writer, value.Year, value.Month, value.Day);
        return new ParameterType(ColumnType.Date);
    }

    private static void WriteDay(ByteWriter writer, int year, int month, int day)
    {
        writer.WriteUInt16((ushort)year);
        writer.WriteByte((byte)month);
        writer.WriteByte((byte)day);
    }

    private static ParameterType WriteTime(ByteWriter writer, TimeSpan value)
    {
        SqlLiteral.ThrowIfNoTime(value);

        // What is finer than a microsecond is cut off, and must not leave a sign without a time.
        var ticks = Math.Abs(value.Ticks) / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond;
        var microseconds = (uint)(ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        writer.WriteByte(microseconds == 0 ? (byte)8 : (byte)12);
        writer.WriteByte(value.Ticks < 0 && ticks > 0 ? (byte)1 : (byte)0);
        writer.WriteUInt32((uint)(ticks / TimeSpan.TicksPerDay));
        writer.WriteByte((byte)(ticks / TimeSpan.TicksPerHour % 24));
        writer.WriteByte((byte)(ticks / TimeSpan.TicksPerMinute % 60));
        writer.WriteByte((byte)(ticks / TimeSpan.TicksPerSecond % 60));
        if (microseconds != 0)
            writer.WriteUInt32(microseconds);
        return new ParameterType(ColumnType.Time);
    }
}
