namespace MuxProvider.Protocol;

/// <summary>
/// Decides what the cells of a column are, from its definition and the user's options alone.
/// The same for the text and the binary protocol.
/// </summary>
public static class ValueKinds
{
    /// <summary>Decides for one column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="options">The user's options.</param>
    /// <returns>The kind of its cells. A type unknown here is bytes or text, as its collation says.</returns>
    public static ValueKind Of(ColumnDefinition column, CellOptions options)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(options);
        var unsigned = column.IsUnsigned;
        return column.Type switch
        {
            ColumnType.Null => ValueKind.Null,
            ColumnType.Tiny when unsigned => ValueKind.Byte,
            ColumnType.Tiny => column.Length == 1 && options.TreatTinyAsBoolean ? ValueKind.Boolean : ValueKind.SByte,
            ColumnType.Short => unsigned ? ValueKind.UInt16 : ValueKind.Int16,
            ColumnType.Int24 or ColumnType.Long => unsigned ? ValueKind.UInt32 : ValueKind.Int32,
            ColumnType.LongLong => unsigned ? ValueKind.UInt64 : ValueKind.Int64,
            ColumnType.Year => ValueKind.Year,
            ColumnType.Bit => ValueKind.Bit,
            ColumnType.Decimal or ColumnType.NewDecimal => ValueKind.Decimal,
            ColumnType.Float => ValueKind.Single,
            ColumnType.Double => ValueKind.Double,
            ColumnType.Date or ColumnType.NewDate => ValueKind.Date,
            ColumnType.DateTime or ColumnType.Timestamp => ValueKind.DateTime,
            ColumnType.Time => ValueKind.Time,
            ColumnType.Json => ValueKind.Json,
            ColumnType.Geometry => ValueKind.Geometry,
            ColumnType.Vector => ValueKind.Vector,
            ColumnType.Enum or ColumnType.Set => ValueKind.String,
            ColumnType.String => OfChar(column, options),
            _ => column.IsBinary ? OfBinary(column, options) : ValueKind.String,
        };
    }

    /// <summary>The .NET type of <see cref="Cell.GetValue"/> for cells that are not NULL.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The type; <see cref="object"/> for <see cref="ValueKind.Null"/>.</returns>
    public static Type ClrType(ValueKind kind) =>
        kind switch
        {
            ValueKind.Null => typeof(object),
            ValueKind.Boolean => typeof(bool),
            ValueKind.SByte => typeof(sbyte),
            ValueKind.Byte => typeof(byte),
            ValueKind.Int16 => typeof(short),
            ValueKind.UInt16 => typeof(ushort),
            ValueKind.Int32 or ValueKind.Year => typeof(int),
            ValueKind.UInt32 => typeof(uint),
            ValueKind.Int64 => typeof(long),
            ValueKind.UInt64 or ValueKind.Bit => typeof(ulong),
            ValueKind.Decimal => typeof(decimal),
            ValueKind.Single => typeof(float),
            ValueKind.Double => typeof(double),
            ValueKind.Date or ValueKind.DateTime => typeof(DateTime),
            ValueKind.Time => typeof(TimeSpan),
            ValueKind.String or ValueKind.Json => typeof(string),
            ValueKind.Bytes or ValueKind.Geometry => typeof(byte[]),
            ValueKind.Vector => typeof(ReadOnlyMemory<float>),
            ValueKind.Guid => typeof(Guid),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of value."),
        };

    /// <summary>The name of the column's type, for <c>GetDataTypeName</c> and for messages.</summary>
    /// <param name="column">The column.</param>
    /// <param name="options">The user's options.</param>
    /// <returns>Upper case, such as <c>INT</c>, <c>BOOL</c>, <c>CHAR(36)</c>; <c>VARCHAR</c> for all longer text, <c>BLOB</c> for all bytes.</returns>
    public static string DataTypeName(ColumnDefinition column, CellOptions options)
    {
        var kind = Of(column, options);
        return column.Type switch
        {
            ColumnType.Null => "NULL",
            ColumnType.Tiny when kind == ValueKind.Boolean => "BOOL",
            ColumnType.Tiny => "TINYINT",
            ColumnType.Short => "SMALLINT",
            ColumnType.Int24 => "MEDIUMINT",
            ColumnType.Long => "INT",
            ColumnType.LongLong => "BIGINT",
            ColumnType.Year => "YEAR",
            ColumnType.Bit => "BIT",
            ColumnType.Decimal or ColumnType.NewDecimal => "DECIMAL",
            ColumnType.Float => "FLOAT",
            ColumnType.Double => "DOUBLE",
            ColumnType.Date or ColumnType.NewDate => "DATE",
            ColumnType.DateTime => "DATETIME",
            ColumnType.Timestamp => "TIMESTAMP",
            ColumnType.Time => "TIME",
            ColumnType.Json => "JSON",
            ColumnType.Geometry => "GEOMETRY",
            ColumnType.Vector => "VECTOR",
            _ when kind == ValueKind.Bytes => "BLOB",
            _ when kind == ValueKind.Guid && column.IsBinary => "BINARY(16)",
            ColumnType.Enum => "ENUM",
            ColumnType.Set => "SET",
            ColumnType.String when (column.Flags & ColumnFlags.Enum) != 0 => "ENUM",
            ColumnType.String when (column.Flags & ColumnFlags.Set) != 0 => "SET",
            ColumnType.String => $"CHAR({Characters(column)})",
            _ => "VARCHAR",
        };
    }

    /// <summary>CHAR and BINARY; ENUM and SET arrive with the same type and a flag.</summary>
    private static ValueKind OfChar(ColumnDefinition column, CellOptions options)
    {
        if ((column.Flags & (ColumnFlags.Enum | ColumnFlags.Set)) != 0)
            return ValueKind.String;
        if (column.IsBinary)
            return OfBinary(column, options);
        return (Characters(column), options.GuidFormat) is (36, GuidFormat.Default or GuidFormat.Char36) or (32, GuidFormat.Char32)
            ? ValueKind.Guid
            : ValueKind.String;
    }

    /// <summary>Also VARBINARY(16), which is what <c>UUID_TO_BIN</c> returns.</summary>
    private static ValueKind OfBinary(ColumnDefinition column, CellOptions options) =>
        column.Length == 16 && options.GuidFormat is (GuidFormat.Binary16 or GuidFormat.TimeSwapBinary16 or GuidFormat.LittleEndianBinary16)
            ? ValueKind.Guid
            : ValueKind.Bytes;

    private static uint Characters(ColumnDefinition column) => column.Length / (uint)Collations.BytesPerCharacter(column.Collation);
}
