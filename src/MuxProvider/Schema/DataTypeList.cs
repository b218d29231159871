using System.Data;
using System.Data.Common;

namespace MuxProvider;

/// <summary>The column types of MySQL and MariaDB, as the collection <c>DataTypes</c> has them.</summary>
internal static class DataTypeList
{
    private static readonly ColumnTypeRow[] s_types =
    [
        Number("BOOL", DbType.Boolean, typeof(bool), 1) with { Format = "TINYINT(1)", IsBestMatch = true },
        Number("TINYINT", DbType.SByte, typeof(sbyte), 3) with { IsBestMatch = true },
        Unsigned("TINYINT UNSIGNED", DbType.Byte, typeof(byte), 3),
        Number("SMALLINT", DbType.Int16, typeof(short), 5) with { IsBestMatch = true },
        Unsigned("SMALLINT UNSIGNED", DbType.UInt16, typeof(ushort), 5),
        Number("MEDIUMINT", DbType.Int32, typeof(int), 7),
        Unsigned("MEDIUMINT UNSIGNED", DbType.UInt32, typeof(uint), 8) with { IsBestMatch = false },
        Number("INT", DbType.Int32, typeof(int), 10) with { IsBestMatch = true },
        Unsigned("INT UNSIGNED", DbType.UInt32, typeof(uint), 10),
        Number("BIGINT", DbType.Int64, typeof(long), 19) with { IsBestMatch = true },
        Unsigned("BIGINT UNSIGNED", DbType.UInt64, typeof(ulong), 20),
        new("BIT", DbType.UInt64, typeof(ulong), 64) { Format = "BIT({0})", Parameters = "length", IsFixedLength = true, Prefix = "b'", Suffix = "'" },
        new("DECIMAL", DbType.Decimal, typeof(decimal), 65) { Format = "DECIMAL({0},{1})", Parameters = "precision,scale", IsBestMatch = true, MaximumScale = 30 },
        new("DECIMAL UNSIGNED", DbType.Decimal, typeof(decimal), 65) { Format = "DECIMAL({0},{1}) UNSIGNED", Parameters = "precision,scale", MaximumScale = 30, IsUnsigned = true },
        new("FLOAT", DbType.Single, typeof(float), 12) { IsBestMatch = true, IsAutoIncrementable = true, IsFixedLength = true },
        new("DOUBLE", DbType.Double, typeof(double), 22) { IsBestMatch = true, IsAutoIncrementable = true, IsFixedLength = true },
        Text("CHAR", DbType.StringFixedLength, 255) with { Format = "CHAR({0})", Parameters = "length", IsFixedLength = true },
        Text("VARCHAR", DbType.String, 65535) with { Format = "VARCHAR({0})", Parameters = "length", IsBestMatch = true },
        Text("TINYTEXT", DbType.String, 255),
        Text("TEXT", DbType.String, 65535) with { IsLong = true },
        Text("MEDIUMTEXT", DbType.String, 16777215) with { IsLong = true },
        Text("LONGTEXT", DbType.String, 4294967295) with { IsLong = true },
        Text("ENUM", DbType.String, 65535) with { Format = "ENUM({0})", Parameters = "values" },
        Text("SET", DbType.String, 64) with { Format = "SET({0})", Parameters = "values" },
        Text("JSON", DbType.String, 4294967295) with { IsLong = true },
        Bytes("BINARY", 255) with { Format = "BINARY({0})", Parameters = "length", IsFixedLength = true },
        Bytes("VARBINARY", 65535) with { Format = "VARBINARY({0})", Parameters = "length", IsBestMatch = true },
        Bytes("TINYBLOB", 255),
        Bytes("BLOB", 65535) with { IsLong = true },
        Bytes("MEDIUMBLOB", 16777215) with { IsLong = true },
        Bytes("LONGBLOB", 4294967295) with { IsLong = true },
        Bytes("GEOMETRY", 4294967295) with { IsLong = true },
        Time("DATE", DbType.Date, typeof(DateTime), 10),
        Time("DATETIME", DbType.DateTime, typeof(DateTime), 26) with { Format = "DATETIME({0})", Parameters = "precision", IsBestMatch = true },
        Time("TIMESTAMP", DbType.DateTime, typeof(DateTime), 26) with { Format = "TIMESTAMP({0})", Parameters = "precision" },
        Time("TIME", DbType.Time, typeof(TimeSpan), 17) with { Format = "TIME({0})", Parameters = "precision", IsBestMatch = true },
        Time("YEAR", DbType.Int32, typeof(int), 4) with { Prefix = "", Suffix = "" },
    ];

    // What MySQL has from 9.0 on, and MariaDB from 11.7 on.
    private static readonly ColumnTypeRow s_vector = Bytes("VECTOR", 65532) with { Format = "VECTOR({0})", Parameters = "dimensions" };

    // Only MariaDB has these.
    private static readonly ColumnTypeRow[] s_mariaDbTypes =
    [
        Text("UUID", DbType.String, 36) with { IsFixedLength = true },
        Text("INET6", DbType.String, 39),
        Text("INET4", DbType.String, 15),
    ];

    /// <summary>Fills the collection.</summary>
    /// <param name="table">The empty collection.</param>
    /// <param name="version">The server's version, as it says itself; null for what every server has.</param>
    public static void Fill(DataTable table, string? version)
    {
        AddColumns(table.Columns);
        foreach (var type in s_types)
            Add(table, type);
        if (version is null)
            return;
        var server = Protocol.ServerVersion.Parse(version);
        if (server.Number >= (server.IsMariaDb ? new Version(11, 7) : new Version(9, 0)))
            Add(table, s_vector);
        if (!server.IsMariaDb)
            return;
        foreach (var type in s_mariaDbTypes)
            Add(table, type);
    }

    private static ColumnTypeRow Number(string name, DbType type, Type dataType, long size) =>
        new(name, type, dataType, size) { IsAutoIncrementable = true, IsFixedLength = true, IsFixedPrecisionScale = true };

    private static ColumnTypeRow Unsigned(string name, DbType type, Type dataType, long size) =>
        Number(name, type, dataType, size) with { IsUnsigned = true, IsBestMatch = true };

    private static ColumnTypeRow Text(string name, DbType type, long size) =>
        new(name, type, typeof(string), size) { IsSearchableWithLike = true, Prefix = "'", Suffix = "'" };

    private static ColumnTypeRow Bytes(string name, long size) =>
        new(name, DbType.Binary, typeof(byte[]), size) { IsCaseSensitive = true, Prefix = "0x" };

    private static ColumnTypeRow Time(string name, DbType type, Type dataType, long size) =>
        new(name, type, dataType, size) { IsFixedLength = true, IsSearchableWithLike = true, Prefix = "'", Suffix = "'" };

    private static void AddColumns(DataColumnCollection columns)
    {
        columns.Add(DbMetaDataColumnNames.TypeName, typeof(string));
        columns.Add(DbMetaDataColumnNames.ProviderDbType, typeof(int));
        columns.Add(DbMetaDataColumnNames.ColumnSize, typeof(long));
        columns.Add(DbMetaDataColumnNames.CreateFormat, typeof(string));
        columns.Add(DbMetaDataColumnNames.CreateParameters, typeof(string));
        columns.Add(DbMetaDataColumnNames.DataType, typeof(string));
        columns.Add(DbMetaDataColumnNames.IsAutoIncrementable, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsBestMatch, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsCaseSensitive, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsFixedLength, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsFixedPrecisionScale, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsLong, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsNullable, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsSearchable, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsSearchableWithLike, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsUnsigned, typeof(bool));
        columns.Add(DbMetaDataColumnNames.MaximumScale, typeof(short));
        columns.Add(DbMetaDataColumnNames.MinimumScale, typeof(short));
        columns.Add(DbMetaDataColumnNames.IsConcurrencyType, typeof(bool));
        columns.Add(DbMetaDataColumnNames.IsLiteralSupported, typeof(bool));
        columns.Add(DbMetaDataColumnNames.LiteralPrefix, typeof(string));
        columns.Add(DbMetaDataColumnNames.LiteralSuffix, typeof(string));
        columns.Add("NativeDataType", typeof(string));
    }

    private static void Add(DataTable table, ColumnTypeRow type) => table.Rows.Add(
        type.Name,
        (int)type.Type,
        type.Size,
        type.Format ?? type.Name,
        type.Parameters,
        type.DataType.FullName,
        type.IsAutoIncrementable,
        type.IsBestMatch,
        type.IsCaseSensitive,
        type.IsFixedLength,
        type.IsFixedPrecisionScale,
        type.IsLong,
        true,
        true,
        type.IsSearchableWithLike,
        type.IsUnsigned,
        type.MaximumScale is { } scale ? scale : DBNull.Value,
        type.MaximumScale is null ? DBNull.Value : (short)0,
        false,
        true,
        type.Prefix,
        type.Suffix,
        type.Name);
}
