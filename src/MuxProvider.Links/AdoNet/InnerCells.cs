using System.Buffers.Binary;
using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>Writes the values of a driver's reader as the server's text protocol has them. Pure but for the reader.</summary>
internal static class InnerCells
{
    private const string ZeroDate = "0000-00-00";
    private const string ZeroDateTime = "0000-00-00 00:00:00";

    /// <summary>Writes the current row.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="writer">Where to.</param>
    /// <exception cref="Exception">The driver cannot give a value.</exception>
    public static void WriteRow(DbDataReader reader, ColumnDefinition[] columns, ByteWriter writer)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (reader.IsDBNull(i))
                writer.WriteByte(TextRows.NullMarker);
            else
                WriteCell(reader, i, columns[i], writer);
        }
    }

    // The common types without a box.
    private static void WriteCell(DbDataReader reader, int ordinal, ColumnDefinition column, ByteWriter writer)
    {
        var type = reader.GetFieldType(ordinal);
        if (column.Type == ColumnType.Bit)
            WriteBits(writer, Convert.ToUInt64(reader.GetValue(ordinal), CultureInfo.InvariantCulture));
        else if (type == typeof(string))
            writer.WriteLengthEncodedString(reader.GetString(ordinal));
        else if (type == typeof(int))
            WriteInteger(writer, reader.GetInt32(ordinal));
        else if (type == typeof(long))
            WriteInteger(writer, reader.GetInt64(ordinal));
        else if (type == typeof(DateTime))
            WriteDateTime(writer, reader.GetDateTime(ordinal), column);
        else
            WriteValue(writer, reader.GetValue(ordinal), column);
    }

    private static void WriteValue(ByteWriter writer, object value, ColumnDefinition column)
    {
        switch (value)
        {
            case string text:
                writer.WriteLengthEncodedString(text);
                break;
            case byte[] bytes:
                writer.WriteLengthEncodedString(bytes);
                break;
            case bool flag:
                WriteInteger(writer, flag ? 1 : 0);
                break;
            case ulong number:
                WriteUnsigned(writer, number);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                WriteInteger(writer, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case float number:
                WriteText(writer, number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case double number:
                WriteText(writer, number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case decimal number:
                WriteText(writer, number.ToString(CultureInfo.InvariantCulture));
                break;
            case DateTime time:
                WriteDateTime(writer, time, column);
                break;
            case DateTimeOffset time:
                WriteDateTime(writer, time.UtcDateTime, column);
                break;
            case DateOnly date:
                WriteDateTime(writer, date.ToDateTime(TimeOnly.MinValue), column);
                break;
            case TimeSpan time:
                WriteTime(writer, time, column.Decimals);
                break;
            case TimeOnly time:
                WriteTime(writer, time.ToTimeSpan(), column.Decimals);
                break;
            case Guid guid:
                WriteText(writer, guid.ToString("D"));
                break;
            case ReadOnlyMemory<float> vector:
                WriteVector(writer, vector.Span);
                break;
            default:
                WriteForeign(writer, value, column);
                break;
        }
    }

    // Types of the driver's own.
    private static void WriteForeign(ByteWriter writer, object value, ColumnDefinition column)
    {
        if (column.Type is ColumnType.Date or ColumnType.DateTime or ColumnType.Timestamp && value is IConvertible convertible)
        {
            DateTime time;
            try
            {
                time = convertible.ToDateTime(CultureInfo.InvariantCulture);
            }
            catch (Exception)
            {
                // Each driver has an exception of its own for a date that is none.
                WriteText(writer, column.Type == ColumnType.Date ? ZeroDate : ZeroDateTime);
                return;
            }

            WriteDateTime(writer, time, column);
            return;
        }

        WriteText(writer, (value as IFormattable)?.ToString(null, CultureInfo.InvariantCulture) ?? value.ToString() ?? "");
    }

    private static void WriteText(ByteWriter writer, string text) => writer.WriteLengthEncodedString(text);

    private static void WriteInteger(ByteWriter writer, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        writer.WriteLengthEncodedString(digits[..length]);
    }

    private static void WriteUnsigned(ByteWriter writer, ulong value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        writer.WriteLengthEncodedString(digits[..length]);
    }

    // BIT comes as bytes, the highest first.
    private static void WriteBits(ByteWriter writer, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        writer.WriteLengthEncodedString(bytes);
    }

    private static void WriteDateTime(ByteWriter writer, DateTime value, ColumnDefinition column)
    {
        Span<char> text = stackalloc char[32];
        var format = column.Type == ColumnType.Date ? "yyyy-MM-dd" : column.Decimals > 0 ? "yyyy-MM-dd HH:mm:ss.ffffff" : "yyyy-MM-dd HH:mm:ss";

        // A driver that does not tell how fine the column is must not cost the fraction.
        if (column.Type != ColumnType.Date && column.Decimals == 0 && value.Ticks % TimeSpan.TicksPerSecond != 0)
            format = "yyyy-MM-dd HH:mm:ss.ffffff";
        value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        writer.WriteLengthEncodedString(text[..Shortened(length, column)]);
    }

    // As many digits behind the point as the column has.
    private static int Shortened(int length, ColumnDefinition column) =>
        length == "yyyy-MM-dd HH:mm:ss.ffffff".Length && column.Decimals is > 0 and < 6 ? length - (6 - column.Decimals) : length;

    private static void WriteTime(ByteWriter writer, TimeSpan value, byte decimals)
    {
        var sign = value < TimeSpan.Zero ? "-" : "";
        var positive = value.Duration();
        var fraction = (int)(positive.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        var text = string.Create(CultureInfo.InvariantCulture, $"{sign}{positive.Ticks / TimeSpan.TicksPerHour:00}:{positive.Minutes:00}:{positive.Seconds:00}");
        if (decimals > 0 || fraction != 0)
            text += string.Create(CultureInfo.InvariantCulture, $".{fraction:000000}")[..(decimals is > 0 and < 6 ? decimals + 1 : 7)];
        WriteText(writer, text);
    }

    private static void WriteVector(ByteWriter writer, ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        writer.WriteLengthEncodedString(bytes);
    }
}
