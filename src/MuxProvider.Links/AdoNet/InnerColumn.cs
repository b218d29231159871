using System.Data;
using System.Data.Common;
using System.Globalization;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// Describes the columns of a driver's reader as the server would: the upper floors know no other description. Drivers for MySQL name
/// types alike, and number them (ProviderType) as the protocol does. Pure.
/// </summary>
internal static class InnerColumn
{
    // utf8mb4_general_ci: a driver does not tell, and gives characters anyway.
    private const ushort TextCollation = 45;
    private const uint BytesOfCharacter = 4;
    private const byte NotFixed = 31;

    /// <summary>Describes the columns of the current result.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns>The columns.</returns>
    public static ColumnDefinition[] Describe(DbDataReader reader)
    {
        using var schema = SchemaOf(reader);
        var columns = new ColumnDefinition[reader.FieldCount];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = Describe(reader, i, schema?.Rows.Count > i ? new SchemaRow(schema.Rows[i]) : default);
        return columns;
    }

    private static DataTable? SchemaOf(DbDataReader reader)
    {
        try
        {
            return reader.GetSchemaTable();
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static ColumnDefinition Describe(DbDataReader reader, int ordinal, in SchemaRow row)
    {
        var name = reader.GetDataTypeName(ordinal);
        var clrType = reader.GetFieldType(ordinal);
        var type = TypeOf(row.Integer("ProviderType"), name, clrType);
        var isBinary = IsBinary(type, clrType);
        return new ColumnDefinition
        {
            Name = reader.GetName(ordinal),
            OriginalName = row.Text(SchemaTableColumn.BaseColumnName),
            Table = row.Text(SchemaTableColumn.BaseTableName),
            OriginalTable = row.Text(SchemaTableColumn.BaseTableName),
            Schema = row.Text(SchemaTableColumn.BaseSchemaName) is { Length: > 0 } schema ? schema : row.Text("BaseCatalogName"),
            Type = type,
            Collation = isBinary ? ColumnDefinition.BinaryCollation : TextCollation,
            Length = LengthOf(type, isBinary, name, clrType, row),
            Decimals = DecimalsOf(type, row),
            Flags = FlagsOf(type, name, clrType, row),
        };
    }

    private static ColumnType TypeOf(int? number, string name, Type clrType)
    {
        // The names come first, because not all drivers number types as the protocol does; but some names stand for several types.
        if (FromName(name) is { } byName && IsOf(byName, clrType))
        {
            return (byName, number) switch
            {
                (ColumnType.Short, (int)ColumnType.Year) => ColumnType.Year,
                (ColumnType.VarString, (int)ColumnType.String) => ColumnType.String,
                (ColumnType.VarString, (int)ColumnType.Enum) => ColumnType.Enum,
                (ColumnType.VarString, (int)ColumnType.Set) => ColumnType.Set,
                (ColumnType.VarString, (int)ColumnType.Json) => ColumnType.Json,
                _ => byName,
            };
        }

        return number is { } known && FromNumber(known) is { } byNumber && IsOf(byNumber, clrType) ? byNumber : FromClrType(clrType);
    }

    // As the protocol numbers them; from 500 on as the drivers do, where the protocol tells by flags and collations.
    private static ColumnType? FromNumber(int number) => number switch
    {
        0 or 246 => ColumnType.NewDecimal,
        9 or 509 => ColumnType.Int24,
        14 => ColumnType.Date,
        15 or 253 => ColumnType.VarString,
        >= 1 and <= 13 or 16 or 242 or 245 or >= 247 and <= 255 => (ColumnType)number,
        501 => ColumnType.Tiny,
        502 => ColumnType.Short,
        503 => ColumnType.Long,
        508 => ColumnType.LongLong,
        600 or 754 or 854 or 800 => ColumnType.String,
        601 or 753 => ColumnType.VarString,
        749 or 750 or 751 or 752 => ColumnType.Blob,
        _ => null,
    };

    private static ColumnType? FromName(string name)
    {
        var end = name.AsSpan().IndexOfAny(" (");
        return (end < 0 ? name : name[..end]).ToUpperInvariant() switch
        {
            "BOOL" or "TINYINT" => ColumnType.Tiny,
            "SMALLINT" => ColumnType.Short,
            "MEDIUMINT" => ColumnType.Int24,
            "INT" or "INTEGER" => ColumnType.Long,
            "BIGINT" => ColumnType.LongLong,
            "YEAR" => ColumnType.Year,
            "BIT" => ColumnType.Bit,
            "FLOAT" => ColumnType.Float,
            "DOUBLE" => ColumnType.Double,
            "DECIMAL" => ColumnType.NewDecimal,
            "DATE" => ColumnType.Date,
            "DATETIME" => ColumnType.DateTime,
            "TIMESTAMP" => ColumnType.Timestamp,
            "TIME" => ColumnType.Time,
            "CHAR" or "BINARY" => ColumnType.String,
            "VARCHAR" or "VARBINARY" => ColumnType.VarString,
            "ENUM" => ColumnType.Enum,
            "SET" => ColumnType.Set,
            "JSON" => ColumnType.Json,
            "VECTOR" => ColumnType.Vector,
            "GEOMETRY" => ColumnType.Geometry,
            "NULL" => ColumnType.Null,
            "TINYTEXT" or "TEXT" or "MEDIUMTEXT" or "LONGTEXT" or "TINYBLOB" or "BLOB" or "MEDIUMBLOB" or "LONGBLOB" => ColumnType.Blob,
            _ => null,
        };
    }

    private static ColumnType FromClrType(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean or TypeCode.SByte or TypeCode.Byte => ColumnType.Tiny,
        TypeCode.Int16 or TypeCode.UInt16 => ColumnType.Short,
        TypeCode.Int32 or TypeCode.UInt32 => ColumnType.Long,
        TypeCode.Int64 or TypeCode.UInt64 => ColumnType.LongLong,
        TypeCode.Single => ColumnType.Float,
        TypeCode.Double => ColumnType.Double,
        TypeCode.Decimal => ColumnType.NewDecimal,
        TypeCode.DateTime => ColumnType.DateTime,
        _ when type == typeof(TimeSpan) => ColumnType.Time,
        _ when type == typeof(byte[]) => ColumnType.Blob,
        _ when type == typeof(Guid) => ColumnType.String,
        _ => ColumnType.VarString,
    };

    // A driver may give values of another kind than the server has (a GUID for BINARY(16)); what the values are decides how they are written.
    private static bool IsOf(ColumnType type, Type clrType) => type switch
    {
        ColumnType.Tiny or ColumnType.Short or ColumnType.Int24 or ColumnType.Long or ColumnType.LongLong or ColumnType.Year or ColumnType.Bit =>
            clrType == typeof(bool) || IsInteger(clrType),
        ColumnType.Float or ColumnType.Double => clrType == typeof(float) || clrType == typeof(double),
        ColumnType.Geometry or ColumnType.Vector => clrType == typeof(byte[]),
        ColumnType.Time => clrType == typeof(TimeSpan),
        ColumnType.Json or ColumnType.Enum or ColumnType.Set => clrType == typeof(string),
        ColumnType.Null => true,
        ColumnType.NewDecimal => clrType == typeof(decimal) || (!clrType.IsPrimitive && clrType != typeof(string)),
        ColumnType.Date or ColumnType.DateTime or ColumnType.Timestamp => !clrType.IsPrimitive && clrType != typeof(string) && clrType != typeof(byte[]),
        _ => clrType == typeof(string) || clrType == typeof(byte[]) || clrType == typeof(Guid),
    };

    private static bool IsInteger(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64;

    private static bool IsBinary(ColumnType type, Type clrType) => type switch
    {
        ColumnType.VarString or ColumnType.String or ColumnType.Blob or ColumnType.TinyBlob or ColumnType.MediumBlob or ColumnType.LongBlob or ColumnType.Vector =>
            clrType == typeof(byte[]),
        ColumnType.Json or ColumnType.Enum or ColumnType.Set => false,
        _ => true,
    };

    private static uint LengthOf(ColumnType type, bool isBinary, string name, Type clrType, in SchemaRow row)
    {
        if (clrType == typeof(Guid))
            return 36 * BytesOfCharacter;
        if (type == ColumnType.Tiny && (clrType == typeof(bool) || name.StartsWith("BOOL", StringComparison.OrdinalIgnoreCase)))
            return 1;
        if (row.Integer(SchemaTableColumn.ColumnSize) is not { } size)
            return isBinary ? 255 : 255 * BytesOfCharacter;
        if (size < 0)
            return uint.MaxValue;
        return isBinary ? (uint)size : (uint)Math.Min(uint.MaxValue, (long)size * BytesOfCharacter);
    }

    private static byte DecimalsOf(ColumnType type, in SchemaRow row) => type switch
    {
        ColumnType.NewDecimal or ColumnType.DateTime or ColumnType.Timestamp or ColumnType.Time =>
            row.Integer(SchemaTableColumn.NumericScale) is >= 0 and <= 30 and var scale ? (byte)scale : (byte)0,
        ColumnType.Float or ColumnType.Double => NotFixed,
        _ => 0,
    };

    private static ColumnFlags FlagsOf(ColumnType type, string name, Type clrType, in SchemaRow row)
    {
        var flags = ColumnFlags.None;
        if (clrType == typeof(byte) || clrType == typeof(ushort) || clrType == typeof(uint) || clrType == typeof(ulong)
            || name.Contains("UNSIGNED", StringComparison.OrdinalIgnoreCase))
            flags |= ColumnFlags.Unsigned;
        if (row.Is(SchemaTableColumn.AllowDBNull) == false)
            flags |= ColumnFlags.NotNull;
        if (row.Is(SchemaTableColumn.IsKey) == true)
            flags |= ColumnFlags.PrimaryKey;
        if (row.Is(SchemaTableColumn.IsUnique) == true)
            flags |= ColumnFlags.UniqueKey;
        if (row.Is(SchemaTableOptionalColumn.IsAutoIncrement) == true)
            flags |= ColumnFlags.AutoIncrement;
        return type switch
        {
            ColumnType.Enum => flags | ColumnFlags.Enum,
            ColumnType.Set => flags | ColumnFlags.Set,
            ColumnType.Blob or ColumnType.TinyBlob or ColumnType.MediumBlob or ColumnType.LongBlob => flags | ColumnFlags.Blob,
            _ => flags,
        };
    }

    // Drivers differ in the columns of the table, and in the types of their cells.
    private readonly record struct SchemaRow(DataRow? Row)
    {
        public string Text(string column) => Cell(column) as string ?? "";

        public bool? Is(string column) => Cell(column) as bool?;

        public int? Integer(string column) => Cell(column) switch
        {
            int number => number,
            long and (< int.MinValue or > int.MaxValue) => -1,
            Enum or IConvertible and not (string or bool) => Convert.ToInt32(Cell(column), CultureInfo.InvariantCulture),
            _ => null,
        };

        private object? Cell(string column) =>
            Row is not null && Row.Table.Columns.Contains(column) && Row[column] is { } cell && cell is not DBNull ? cell : null;
    }
}
