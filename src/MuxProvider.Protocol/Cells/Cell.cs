using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace MuxProvider.Protocol;

/// <summary>
/// One cell of a row, of the text protocol or of the binary one, decoded when it is asked for. Copies and allocates nothing, apart from the
/// strings, arrays and boxes that are the answer.
/// </summary>
/// <remarks>
/// Every getter throws: <see cref="InvalidCastException"/> for NULL, for a column that is never read as this type, and for
/// a value that has no equal in it; <see cref="OverflowException"/> for a number out of range; <see cref="FormatException"/>
/// for bytes that the server does not write for such a column. The messages name the column.
/// </remarks>
public readonly ref struct Cell
{
    /// <summary>2^96, the first number beyond <see cref="decimal"/>.</summary>
    private const double DecimalLimit = 79228162514264337593543950336d;

    private static readonly object True = true;
    private static readonly object False = false;

    /// <summary>Creates a cell.</summary>
    /// <param name="bytes">Its bytes; they must stay as they are while the cell is used.</param>
    /// <param name="isNull">Whether it is NULL.</param>
    /// <param name="column">Its column.</param>
    /// <param name="kind">What <see cref="ValueKinds.Of"/> decided for the column with the same options.</param>
    /// <param name="options">The user's options.</param>
    /// <param name="isBinary">Whether the row is one of the binary protocol.</param>
    public Cell(ReadOnlySpan<byte> bytes, bool isNull, ColumnDefinition column, ValueKind kind, CellOptions options, bool isBinary = false)
    {
        IsBinary = isBinary;
        Bytes = bytes;
        IsNull = isNull;
        Column = column;
        Kind = kind;
        Options = options;
    }

    /// <summary>The bytes as the server sent them; none for NULL.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Whether the cell is NULL.</summary>
    public bool IsNull { get; }

    /// <summary>Whether the bytes are those of the binary protocol. The values are the same, but for FLOAT: text has six digits of it.</summary>
    public bool IsBinary { get; }

    /// <summary>The column.</summary>
    public ColumnDefinition Column { get; }

    /// <summary>What the cells of the column are.</summary>
    public ValueKind Kind { get; }

    /// <summary>The user's options.</summary>
    internal CellOptions Options { get; }

    /// <summary>Reads the cell as what it naturally is.</summary>
    /// <returns>A value of the type <see cref="ValueKinds.ClrType"/> names, or <see cref="DBNull.Value"/>.</returns>
    public object GetValue()
    {
        if (IsNull)
            return DBNull.Value;
        switch (Kind)
        {
            case ValueKind.Boolean:
                return ReadInt64(nameof(Boolean)) != 0 ? True : False;
            case ValueKind.SByte:
                return GetSByte();
            case ValueKind.Byte:
                return GetByte();
            case ValueKind.Int16:
                return GetInt16();
            case ValueKind.UInt16:
                return GetUInt16();
            case ValueKind.Int32 or ValueKind.Year:
                return GetInt32();
            case ValueKind.UInt32:
                return GetUInt32();
            case ValueKind.Int64:
                return GetInt64();
            case ValueKind.UInt64 or ValueKind.Bit:
                return GetUInt64();
            case ValueKind.Decimal:
                return ReadDecimal(nameof(Decimal));
            case ValueKind.Single:
                return ReadSingle(nameof(Single));
            case ValueKind.Double:
                return ReadDouble(nameof(Double));
            case ValueKind.Date or ValueKind.DateTime:
                return ReadDateTime(nameof(DateTime));
            case ValueKind.Time:
                return GetTimeSpan();
            case ValueKind.String or ValueKind.Json:
                return ReadString();
            case ValueKind.Bytes or ValueKind.Geometry:
                return Bytes.ToArray();
            case ValueKind.Vector:
                return ReadVector();
            case ValueKind.Guid:
                return GetGuid();
            default:
                throw CellFaults.WrongType(this, nameof(Object));
        }
    }

    /// <summary>Reads a truth value: any integer, BIT, YEAR or DECIMAL that is not 0 is true.</summary>
    /// <returns>The value.</returns>
    public bool GetBoolean()
    {
        ThrowIfNull(nameof(Boolean));
        return Kind switch
        {
            ValueKind.Boolean or ValueKind.SByte or ValueKind.Int16 or ValueKind.Int32 or ValueKind.Int64 or ValueKind.Year => ReadInt64(nameof(Boolean)) != 0,
            ValueKind.Byte or ValueKind.UInt16 or ValueKind.UInt32 or ValueKind.UInt64 => ReadUInt64(nameof(Boolean)) != 0,
            ValueKind.Bit => ReadBits(nameof(Boolean)) != 0,
            ValueKind.Decimal => ReadDecimal(nameof(Boolean)) != 0,
            _ => throw CellFaults.WrongType(this, nameof(Boolean)),
        };
    }

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public sbyte GetSByte() => GetInteger<sbyte>(nameof(SByte));

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public byte GetByte() => GetInteger<byte>(nameof(Byte));

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public short GetInt16() => GetInteger<short>(nameof(Int16));

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public ushort GetUInt16() => GetInteger<ushort>(nameof(UInt16));

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public int GetInt32() => GetInteger<int>(nameof(Int32));

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public uint GetUInt32() => GetInteger<uint>(nameof(UInt32));

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public long GetInt64() => GetInteger<long>(nameof(Int64));

    /// <summary>Reads an integer, BIT, YEAR, DECIMAL (its fraction is cut off) or BOOL (0 or 1).</summary>
    /// <returns>The number.</returns>
    public ulong GetUInt64() => GetInteger<ulong>(nameof(UInt64));

    /// <summary>
    /// Reads a DECIMAL, DOUBLE or FLOAT; not an integer. Digits of a DECIMAL behind the point that <see cref="decimal"/>
    /// cannot hold are rounded away.
    /// </summary>
    /// <returns>The number.</returns>
    public decimal GetDecimal()
    {
        ThrowIfNull(nameof(Decimal));
        switch (Kind)
        {
            case ValueKind.Decimal:
                return ReadDecimal(nameof(Decimal));
            case ValueKind.Double:
                var wide = ReadDouble(nameof(Decimal));
                return Math.Abs(wide) < DecimalLimit ? (decimal)wide : throw CellFaults.Overflow(this, nameof(Decimal));
            case ValueKind.Single:
                var narrow = ReadSingle(nameof(Decimal));
                return Math.Abs(narrow) < DecimalLimit ? (decimal)narrow : throw CellFaults.Overflow(this, nameof(Decimal));
            default:
                throw CellFaults.WrongType(this, nameof(Decimal));
        }
    }

    /// <summary>Reads a DOUBLE, FLOAT or DECIMAL; not an integer.</summary>
    /// <returns>The number.</returns>
    public double GetDouble()
    {
        ThrowIfNull(nameof(Double));
        return Kind switch
        {
            // From the text, not from decimal: exact to the last bit, and a DECIMAL may have 65 digits.
            ValueKind.Double or ValueKind.Decimal => ReadDouble(nameof(Double)),
            ValueKind.Single => ReadSingle(nameof(Double)),
            _ => throw CellFaults.WrongType(this, nameof(Double)),
        };
    }

    /// <summary>Reads a FLOAT, DECIMAL, or DOUBLE within the range of <see cref="float"/>; not an integer.</summary>
    /// <returns>The number.</returns>
    public float GetFloat()
    {
        ThrowIfNull(nameof(Single));
        switch (Kind)
        {
            case ValueKind.Single or ValueKind.Decimal:
                return ReadSingle(nameof(Single));
            case ValueKind.Double:
                var value = ReadDouble(nameof(Single));
                return value is >= float.MinValue and <= float.MaxValue
                    ? (float)value
                    : throw CellFaults.WrongValue(this, nameof(Single), "it is beyond the range");
            default:
                throw CellFaults.WrongType(this, nameof(Single));
        }
    }

    /// <summary>Reads text: CHAR, VARCHAR, TEXT, ENUM, SET, JSON. Numbers, dates and Guids are not converted.</summary>
    /// <returns>The text.</returns>
    public string GetString()
    {
        ThrowIfNotText(nameof(String));
        return ReadString();
    }

    /// <summary>Reads the first UTF-16 unit of a text.</summary>
    /// <returns>The unit.</returns>
    public char GetChar()
    {
        Span<char> first = stackalloc char[1];
        ThrowIfNotText(nameof(Char));
        return CopyChars(0, first) == 1 ? first[0] : throw CellFaults.WrongValue(this, nameof(Char), "it is empty");
    }

    /// <summary>Reads a Guid, a text that is one in any form, or 16 bytes in the order of the option (little-endian if that is a text form).</summary>
    /// <returns>The Guid.</returns>
    public Guid GetGuid()
    {
        const string Asked = nameof(Guid);
        ThrowIfNull(Asked);
        Guid value;
        int consumed;
        switch (Kind)
        {
            case ValueKind.Guid when Column.IsBinary:
                return Bytes.Length == 16 ? GuidBytes.Read(Bytes, Options.GuidFormat) : throw CellFaults.NoGuid(this);
            case ValueKind.Guid:
                var format = Options.GuidFormat == GuidFormat.Char32 ? 'N' : 'D';
                return Utf8Parser.TryParse(Bytes, out value, out consumed, format) && consumed == Bytes.Length
                    ? value
                    : throw CellFaults.NoGuid(this);
            case ValueKind.String or ValueKind.Json:
                return Guid.TryParse(Bytes, out value) ? value : throw CellFaults.WrongValue(this, Asked, "the text is not in one of its forms");
            case ValueKind.Bytes:
                return Bytes.Length == 16
                    ? GuidBytes.Read(Bytes, Options.GuidFormat)
                    : throw CellFaults.WrongValue(this, Asked, "it does not hold 16 bytes");
            default:
                throw CellFaults.WrongType(this, Asked);
        }
    }

    /// <summary>
    /// Reads a DATE, DATETIME or TIMESTAMP, or a text <c>yyyy-MM-dd[ HH:mm:ss[.f]]</c> of 10 to 26 characters, with
    /// <see cref="CellOptions.DateTimeKind"/>. A zero date is <see cref="DateTime.MinValue"/> if
    /// <see cref="CellOptions.ConvertZeroDateTime"/> says so, else refused.
    /// </summary>
    /// <returns>The date and time.</returns>
    public DateTime GetDateTime() => GetDateTime(nameof(DateTime));

    /// <summary>Reads what <see cref="GetDateTime()"/> reads and takes it as UTC.</summary>
    /// <returns>The point in time, with the offset 0.</returns>
    public DateTimeOffset GetDateTimeOffset() => new(DateTime.SpecifyKind(GetDateTime(nameof(DateTimeOffset)), DateTimeKind.Utc));

    /// <summary>Reads what <see cref="GetDateTime()"/> reads, without the time of day.</summary>
    /// <returns>The date.</returns>
    public DateOnly GetDateOnly() => DateOnly.FromDateTime(GetDateTime(nameof(DateOnly)));

    /// <summary>Reads a TIME from 0 to less than 24 hours.</summary>
    /// <returns>The time of day.</returns>
    public TimeOnly GetTimeOnly()
    {
        var value = GetTimeSpan(nameof(TimeOnly));
        return value.Ticks is >= 0 and < TimeSpan.TicksPerDay ? new TimeOnly(value.Ticks) : throw CellFaults.Overflow(this, nameof(TimeOnly));
    }

    /// <summary>Reads a TIME.</summary>
    /// <returns>±838:59:59.999999 at most.</returns>
    public TimeSpan GetTimeSpan() => GetTimeSpan(nameof(TimeSpan));

    /// <summary>Reads bytes: BINARY, VARBINARY, BLOB, GEOMETRY, VECTOR, and a Guid in BINARY(16) as stored.</summary>
    /// <returns>A new array.</returns>
    public byte[] GetBytes() => ReadBytes().ToArray();

    /// <summary>The number of bytes that <see cref="CopyBytes"/> can give.</summary>
    /// <returns>The length in bytes.</returns>
    public long GetBytesLength() => ReadBytes().Length;

    /// <summary>Copies a part of what <see cref="GetBytes"/> returns.</summary>
    /// <param name="offset">The first byte to copy.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>How many bytes were copied; 0 from the end on.</returns>
    public int CopyBytes(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var bytes = ReadBytes();
        if (offset >= bytes.Length)
            return 0;
        bytes = bytes[(int)offset..];
        bytes = bytes[..Math.Min(bytes.Length, destination.Length)];
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    /// <summary>The number of UTF-16 units that <see cref="CopyChars"/> can give.</summary>
    /// <returns>The length of what <see cref="GetString"/> returns.</returns>
    public long GetCharsLength()
    {
        ThrowIfNotText(nameof(String));
        return Encoding.UTF8.GetCharCount(Bytes);
    }

    /// <summary>Copies a part of what <see cref="GetString"/> returns. Decodes the text from its start each time.</summary>
    /// <param name="offset">The first UTF-16 unit to copy.</param>
    /// <param name="destination">Receives the units.</param>
    /// <returns>How many units were copied; 0 from the end on.</returns>
    public int CopyChars(long offset, Span<char> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ThrowIfNotText(nameof(String));
        Span<char> piece = stackalloc char[256];
        var rest = Bytes;
        var copied = 0;
        while (!rest.IsEmpty && copied < destination.Length)
        {
            Utf8.ToUtf16(rest, piece, out var read, out var written);
            rest = rest[read..];
            if (offset >= written)
            {
                offset -= written;
                continue;
            }

            var part = piece[(int)offset..written];
            part = part[..Math.Min(part.Length, destination.Length - copied)];
            part.CopyTo(destination[copied..]);
            copied += part.Length;
            offset = 0;
        }

        return copied;
    }

    private T GetInteger<T>(string asked)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        ThrowIfNull(asked);
        switch (Kind)
        {
            case ValueKind.SByte or ValueKind.Int16 or ValueKind.Int32 or ValueKind.Int64 or ValueKind.Year:
                var signed = ReadInt64(asked);
                return signed >= long.CreateSaturating(T.MinValue) && signed <= long.CreateSaturating(T.MaxValue)
                    ? T.CreateTruncating(signed)
                    : throw CellFaults.Overflow(this, asked);
            case ValueKind.Byte or ValueKind.UInt16 or ValueKind.UInt32 or ValueKind.UInt64 or ValueKind.Bit:
                var unsigned = Kind == ValueKind.Bit ? ReadBits(asked) : ReadUInt64(asked);
                return unsigned <= ulong.CreateSaturating(T.MaxValue) ? T.CreateTruncating(unsigned) : throw CellFaults.Overflow(this, asked);
            case ValueKind.Boolean:
                return ReadInt64(asked) != 0 ? T.One : T.Zero;
            case ValueKind.Decimal:
                var number = decimal.Truncate(ReadDecimal(asked));
                return number >= decimal.CreateSaturating(T.MinValue) && number <= decimal.CreateSaturating(T.MaxValue)
                    ? T.CreateTruncating(number)
                    : throw CellFaults.Overflow(this, asked);
            default:
                throw CellFaults.WrongType(this, asked);
        }
    }

    private DateTime GetDateTime(string asked)
    {
        ThrowIfNull(asked);
        return Kind switch
        {
            ValueKind.Date or ValueKind.DateTime => ReadDateTime(asked),
            ValueKind.String when Bytes.Length is >= 10 and <= 26 => ReadDateTime(asked),
            ValueKind.String => throw CellFaults.Malformed(this, asked),
            _ => throw CellFaults.WrongType(this, asked),
        };
    }

    private TimeSpan GetTimeSpan(string asked)
    {
        ThrowIfNull(asked);
        if (Kind != ValueKind.Time)
            throw CellFaults.WrongType(this, asked);
        return (IsBinary ? BinaryCells.TryReadTime(Bytes, out var value) : TextCells.TryReadTime(Bytes, out value)) ? value : throw CellFaults.Malformed(this, asked);
    }

    /// <summary>Reads a DATE, DATETIME or TIMESTAMP, whether it is in the calendar or not.</summary>
    /// <returns>Its fields.</returns>
    public DateTimeFields GetDateTimeFields()
    {
        const string Asked = nameof(DateTime);
        ThrowIfNull(Asked);
        return Kind is ValueKind.Date or ValueKind.DateTime ? ReadDateTimeFields(Asked) : throw CellFaults.WrongType(this, Asked);
    }

    private DateTimeFields ReadDateTimeFields(string asked) =>
        (IsBinary && Kind != ValueKind.String ? BinaryCells.TryReadDateTime(Bytes, out var fields) : TextCells.TryReadDateTime(Bytes, out fields))
            ? fields
            : throw CellFaults.Malformed(this, asked);

    private DateTime ReadDateTime(string asked)
    {
        var fields = ReadDateTimeFields(asked);
        if (fields.TryToDateTime(Options.DateTimeKind, out var value))
            return value;
        if (!fields.IsZero)
            throw CellFaults.NoCalendarDate(this, asked);
        return Options.ConvertZeroDateTime ? DateTime.MinValue : throw CellFaults.ZeroDate(this, asked);
    }

    private long ReadInt64(string asked) =>
        (IsBinary ? BinaryCells.TryReadInt64(Bytes, out var value) : TextCells.TryReadInt64(Bytes, out value)) ? value : throw CellFaults.Malformed(this, asked);

    private ulong ReadUInt64(string asked) =>
        (IsBinary ? BinaryCells.TryReadUInt64(Bytes, out var value) : TextCells.TryReadUInt64(Bytes, out value)) ? value : throw CellFaults.Malformed(this, asked);

    private ulong ReadBits(string asked)
    {
        // MAX, MIN and their like say BIT and send the number as text; the flag is the only sign of it.
        if ((Column.Flags & ColumnFlags.Binary) != 0)
            return TextCells.TryReadUInt64(Bytes, out var number) ? number : throw CellFaults.Malformed(this, asked);
        return TextCells.TryReadBits(Bytes, out var value) ? value : throw CellFaults.Malformed(this, asked);
    }

    private decimal ReadDecimal(string asked)
    {
        if (TextCells.TryReadDecimal(Bytes, out var value, out var isOutOfRange))
            return value;
        throw isOutOfRange ? CellFaults.Overflow(this, asked) : CellFaults.Malformed(this, asked);
    }

    // A DECIMAL, which may be read as these too, is text in both protocols.
    private bool IsNumberOfBytes => IsBinary && Kind is (ValueKind.Single or ValueKind.Double);

    private double ReadDouble(string asked) =>
        (IsNumberOfBytes ? BinaryCells.TryReadDouble(Bytes, out var value) : TextCells.TryReadDouble(Bytes, out value)) ? value : throw CellFaults.Malformed(this, asked);

    private float ReadSingle(string asked) =>
        (IsNumberOfBytes ? BinaryCells.TryReadSingle(Bytes, out var value) : TextCells.TryReadSingle(Bytes, out value)) ? value : throw CellFaults.Malformed(this, asked);

    private string ReadString() => Bytes.IsEmpty ? "" : Encoding.UTF8.GetString(Bytes);

    private ReadOnlyMemory<float> ReadVector()
    {
        if (Bytes.Length % sizeof(float) != 0)
            throw CellFaults.Malformed(this, "VECTOR");
        var values = new float[Bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(Bytes[(i * sizeof(float))..]);
        return values;
    }

    private ReadOnlySpan<byte> ReadBytes()
    {
        const string Asked = "bytes";
        ThrowIfNull(Asked);
        return Kind is ValueKind.Bytes or ValueKind.Geometry or ValueKind.Vector || (Kind == ValueKind.Guid && Column.IsBinary)
            ? Bytes
            : throw CellFaults.WrongType(this, Asked);
    }

    private void ThrowIfNotText(string asked)
    {
        ThrowIfNull(asked);
        if (Kind is not (ValueKind.String or ValueKind.Json))
            throw CellFaults.WrongType(this, asked);
    }

    private void ThrowIfNull(string asked)
    {
        if (IsNull)
            throw CellFaults.Null(this, asked);
    }
}
