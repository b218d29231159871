using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Turns a type as <c>information_schema</c> declares it into a column, so that values are decoded like those of a table. Pure.</summary>
internal static class DeclaredTypes
{
    // A utf8mb4 collation: what comes back is always converted to that.
    private const ushort TextCollation = 45;
    private const long BytesOfCharacter = 4;

    /// <summary>A column of a declared type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dataType">The type's word: <c>int</c>.</param>
    /// <param name="declared">The whole declaration: <c>int(10) unsigned</c>.</param>
    /// <param name="characters">The most characters, or bytes; 0 where that does not apply.</param>
    /// <param name="precision">Digits of a number; 0 where that does not apply.</param>
    /// <param name="scale">Digits behind the point.</param>
    /// <returns>The column.</returns>
    public static ColumnDefinition Column(string name, string dataType, string declared, long characters, int precision, int scale)
    {
        var type = TypeOf(dataType.ToLowerInvariant(), out var isText);
        var flags = declared.Contains("unsigned", StringComparison.OrdinalIgnoreCase) ? ColumnFlags.Unsigned : ColumnFlags.None;
        flags |= type switch
        {
            ColumnType.Enum => ColumnFlags.Enum,
            ColumnType.Set => ColumnFlags.Set,

            // A variable holds the bits as a number.
            ColumnType.Bit => ColumnFlags.Binary,
            ColumnType.Blob => ColumnFlags.Blob,
            _ => ColumnFlags.None,
        };
        return new ColumnDefinition
        {
            Name = name,
            Type = type,
            Flags = flags,
            Collation = isText ? TextCollation : ColumnDefinition.BinaryCollation,
            Length = LengthOf(type, dataType, declared, isText, characters, precision),
            Decimals = (byte)scale,
        };
    }

    private static uint LengthOf(ColumnType type, string dataType, string declared, bool isText, long characters, int precision)
    {
        if (type == ColumnType.Tiny)
            return declared.StartsWith("tinyint(1)", StringComparison.OrdinalIgnoreCase) ? 1u : 4u;
        if (dataType.Equals("uuid", StringComparison.OrdinalIgnoreCase))
            return (uint)(36 * BytesOfCharacter);
        if (type == ColumnType.NewDecimal)
            return (uint)precision + 2;
        return (uint)Math.Min(isText ? characters * BytesOfCharacter : Math.Max(characters, precision), uint.MaxValue);
    }

    private static ColumnType TypeOf(string dataType, out bool isText)
    {
        isText = false;
        switch (dataType)
        {
            case "tinyint":
                return ColumnType.Tiny;
            case "smallint":
                return ColumnType.Short;
            case "mediumint":
                return ColumnType.Int24;
            case "int":
                return ColumnType.Long;
            case "bigint":
                return ColumnType.LongLong;
            case "bit":
                return ColumnType.Bit;
            case "decimal":
                return ColumnType.NewDecimal;
            case "float":
                return ColumnType.Float;
            case "double":
                return ColumnType.Double;
            case "year":
                return ColumnType.Year;
            case "date":
                return ColumnType.Date;
            case "datetime":
                return ColumnType.DateTime;
            case "timestamp":
                return ColumnType.Timestamp;
            case "time":
                return ColumnType.Time;
            case "binary":
                return ColumnType.String;
            case "varbinary":
                return ColumnType.VarString;
            case "tinyblob" or "blob" or "mediumblob" or "longblob":
                return ColumnType.Blob;
            case "vector":
                return ColumnType.Vector;
            case "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon"
                or "geometrycollection" or "geomcollection":
                return ColumnType.Geometry;
        }

        isText = true;
        return dataType switch
        {
            "char" or "uuid" => ColumnType.String,
            "enum" => ColumnType.Enum,
            "set" => ColumnType.Set,
            "json" => ColumnType.Json,
            "tinytext" or "text" or "mediumtext" or "longtext" => ColumnType.Blob,
            _ => ColumnType.VarString,
        };
    }
}
