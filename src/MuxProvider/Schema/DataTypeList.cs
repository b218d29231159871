using System.Data;
using System.Data.Common;

namespace MuxProvider;

/// <summary>The column types of MySQL and MariaDB, as the collection <c>DataTypes</c> has them.</summary>
internal static class DataTypeList
{
    private static readonly (string Name, DbType Type, Type DataType, string Format, string Parameters, bool IsUnsigned)[] s_types =
    [
        ("BOOL", DbType.Boolean, typeof(bool), "BOOL", "", false),
        ("TINYINT", DbType.SByte, typeof(sbyte), "TINYINT", "", false),
        ("TINYINT UNSIGNED", DbType.Byte, typeof(byte), "TINYINT UNSIGNED", "", true),
        ("SMALLINT", DbType.Int16, typeof(short), "SMALLINT", "", false),
        ("SMALLINT UNSIGNED", DbType.UInt16, typeof(ushort), "SMALLINT UNSIGNED", "", true),
        ("MEDIUMINT", DbType.Int32, typeof(int), "MEDIUMINT", "", false),
        ("MEDIUMINT UNSIGNED", DbType.UInt32, typeof(uint), "MEDIUMINT UNSIGNED", "", true),
        ("INT", DbType.Int32, typeof(int), "INT", "", false),
        ("INT UNSIGNED", DbType.UInt32, typeof(uint), "INT UNSIGNED", "", true),
        ("BIGINT", DbType.Int64, typeof(long), "BIGINT", "", false),
        ("BIGINT UNSIGNED", DbType.UInt64, typeof(ulong), "BIGINT UNSIGNED", "", true),
        ("BIT", DbType.UInt64, typeof(ulong), "BIT({0})", "length", true),
        ("DECIMAL", DbType.Decimal, typeof(decimal), "DECIMAL({0},{1})", "precision,scale", false),
        ("FLOAT", DbType.Single, typeof(float), "FLOAT", "", false),
        ("DOUBLE", DbType.Double, typeof(double), "DOUBLE", "", false),
        ("CHAR", DbType.StringFixedLength, typeof(string), "CHAR({0})", "length", false),
        ("VARCHAR", DbType.String, typeof(string), "VARCHAR({0})", "length", false),
        ("TINYTEXT", DbType.String, typeof(string), "TINYTEXT", "", false),
        ("TEXT", DbType.String, typeof(string), "TEXT", "", false),
        ("MEDIUMTEXT", DbType.String, typeof(string), "MEDIUMTEXT", "", false),
        ("LONGTEXT", DbType.String, typeof(string), "LONGTEXT", "", false),
        ("ENUM", DbType.String, typeof(string), "ENUM", "", false),
        ("SET", DbType.String, typeof(string), "SET", "", false),
        ("JSON", DbType.String, typeof(string), "JSON", "", false),
        ("BINARY", DbType.Binary, typeof(byte[]), "BINARY({0})", "length", false),
        ("VARBINARY", DbType.Binary, typeof(byte[]), "VARBINARY({0})", "length", false),
        ("TINYBLOB", DbType.Binary, typeof(byte[]), "TINYBLOB", "", false),
        ("BLOB", DbType.Binary, typeof(byte[]), "BLOB", "", false),
        ("MEDIUMBLOB", DbType.Binary, typeof(byte[]), "MEDIUMBLOB", "", false),
        ("LONGBLOB", DbType.Binary, typeof(byte[]), "LONGBLOB", "", false),
        ("GEOMETRY", DbType.Binary, typeof(byte[]), "GEOMETRY", "", false),
        ("DATE", DbType.Date, typeof(DateTime), "DATE", "", false),
        ("DATETIME", DbType.DateTime, typeof(DateTime), "DATETIME", "", false),
        ("TIMESTAMP", DbType.DateTime, typeof(DateTime), "TIMESTAMP", "", false),
        ("TIME", DbType.Time, typeof(TimeSpan), "TIME", "", false),
        ("YEAR", DbType.Int32, typeof(int), "YEAR", "", false),
    ];

    /// <summary>Fills the collection.</summary>
    /// <param name="table">The empty collection.</param>
    public static void Fill(DataTable table)
    {
        table.Columns.Add(DbMetaDataColumnNames.TypeName, typeof(string));
        table.Columns.Add(DbMetaDataColumnNames.ProviderDbType, typeof(int));
        table.Columns.Add(DbMetaDataColumnNames.CreateFormat, typeof(string));
        table.Columns.Add(DbMetaDataColumnNames.CreateParameters, typeof(string));
        table.Columns.Add(DbMetaDataColumnNames.DataType, typeof(string));
        table.Columns.Add(DbMetaDataColumnNames.IsAutoIncrementable, typeof(bool));
        table.Columns.Add(DbMetaDataColumnNames.IsCaseSensitive, typeof(bool));
        table.Columns.Add(DbMetaDataColumnNames.IsNullable, typeof(bool));
        table.Columns.Add(DbMetaDataColumnNames.IsUnsigned, typeof(bool));
        foreach (var (name, type, dataType, format, parameters, isUnsigned) in s_types)
        {
            var isInteger = name.Contains("INT", StringComparison.Ordinal);
            table.Rows.Add(name, (int)type, format, parameters, dataType.FullName, isInteger, false, true, isUnsigned);
        }
    }
}
