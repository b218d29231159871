using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>Makes column definitions as a server would send them.</summary>
public static class FakeColumn
{
    /// <summary>The collation number utf8mb4_general_ci.</summary>
    public const ushort TextCollation = 45;

    public static ColumnDefinition Text(string name, uint characters = 255) => new()
    {
        Name = name,
        OriginalName = name,
        Type = ColumnType.VarString,
        Collation = TextCollation,
        Length = 4 * characters,
    };

    public static ColumnDefinition Integer(string name, bool unsigned = false) =>
        Of(name, ColumnType.LongLong, ColumnFlags.Binary | ColumnFlags.Number | (unsigned ? ColumnFlags.Unsigned : ColumnFlags.None), length: 20);

    public static ColumnDefinition Blob(string name) => Of(name, ColumnType.Blob, ColumnFlags.Blob | ColumnFlags.Binary, length: 65535);

    /// <summary>A column of any type; binary unless it is text.</summary>
    public static ColumnDefinition Of(
        string name,
        ColumnType type,
        ColumnFlags flags = ColumnFlags.None,
        uint length = 255,
        byte decimals = 0,
        ushort collation = ColumnDefinition.BinaryCollation,
        string table = "") => new()
        {
            Name = name,
            OriginalName = name,
            Table = table,
            OriginalTable = table,
            Type = type,
            Flags = flags,
            Length = length,
            Decimals = decimals,
            Collation = collation,
        };

    /// <summary>The column that a server would have for a value.</summary>
    public static ColumnDefinition For(string name, object? sample) => sample switch
    {
        bool => Of(name, ColumnType.Tiny, ColumnFlags.Number, length: 1),
        ulong or uint or ushort or byte => Integer(name, unsigned: true),
        long or int or short or sbyte => Integer(name),
        decimal => Of(name, ColumnType.NewDecimal, ColumnFlags.Number, length: 65, decimals: 10),
        double => Of(name, ColumnType.Double, ColumnFlags.Number, length: 22, decimals: 31),
        float => Of(name, ColumnType.Float, ColumnFlags.Number, length: 12, decimals: 31),
        DateTime => Of(name, ColumnType.DateTime, length: 26, decimals: 6),
        DateOnly => Of(name, ColumnType.Date, length: 10),
        TimeSpan or TimeOnly => Of(name, ColumnType.Time, length: 17, decimals: 6),
        byte[] => Blob(name),
        _ => Text(name),
    };
}
