using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>Columns as servers describe them.</summary>
internal static class Column
{
    public static ColumnDefinition Int(string name) => Of(name, ColumnType.Long, 11);

    public static ColumnDefinition Long(string name) => Of(name, ColumnType.LongLong, 20);

    public static ColumnDefinition Bool(string name) => Of(name, ColumnType.Tiny, 1);

    public static ColumnDefinition Text(string name, uint characters = 100) => new()
    {
        Name = name,
        OriginalName = name,
        Table = "t",
        OriginalTable = "t",
        Schema = "s",
        Type = ColumnType.VarString,
        Collation = 45,
        Length = characters * 4,
    };

    public static ColumnDefinition Bytes(string name) => Of(name, ColumnType.Blob, 65535, ColumnFlags.Binary | ColumnFlags.Blob);

    public static ColumnDefinition Decimal(string name) => new() { Name = name, Type = ColumnType.NewDecimal, Length = 12, Decimals = 2, Collation = 63 };

    public static ColumnDefinition Of(string name, ColumnType type, uint length, ColumnFlags flags = ColumnFlags.None) => new()
    {
        Name = name,
        OriginalName = name,
        Type = type,
        Length = length,
        Collation = ColumnDefinition.BinaryCollation,
        Flags = flags,
    };
}
