using System.Data.Common;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>What is known of a column of a result.</summary>
public sealed class MuxDbColumn : DbColumn
{
    internal MuxDbColumn(int ordinal, ColumnDefinition column, ValueKind kind, CellOptions options)
    {
        var type = FieldTypes.Of(kind, options);
        var isText = kind is ValueKind.String or ValueKind.Json;
        ColumnName = column.Name;
        ColumnOrdinal = ordinal;
        BaseCatalogName = "def";
        BaseSchemaName = column.Schema;
        BaseTableName = column.OriginalTable;
        BaseColumnName = column.OriginalName;
        TableName = column.Table;
        DataType = type;
        DataTypeName = ValueKinds.DataTypeName(column, options);
        ProviderType = MuxDbTypes.Of(column, kind);
        IsUnsigned = column.IsUnsigned;
        ColumnSize = (int)Math.Min(int.MaxValue, isText ? column.Length / (uint)Collations.BytesPerCharacter(column.Collation) : column.Length);
        if (kind == ValueKind.Decimal)
        {
            // The length counts the sign and the point as well.
            NumericScale = column.Decimals;
            NumericPrecision = (int)column.Length - (column.IsUnsigned ? 0 : 1) - (column.Decimals > 0 ? 1 : 0);
        }
        else if (kind is ValueKind.Single or ValueKind.Double && column.Decimals < 31)
        {
            NumericScale = column.Decimals;
        }
        else if (IntegerDigits(kind) is > 0 and var digits)
        {
            NumericPrecision = column.Type != ColumnType.Int24 ? digits : column.IsUnsigned ? 8 : 7;
            NumericScale = 0;
        }

        AllowDBNull = (column.Flags & ColumnFlags.NotNull) == 0;
        IsKey = (column.Flags & ColumnFlags.PrimaryKey) != 0;
        IsUnique = (column.Flags & ColumnFlags.UniqueKey) != 0;
        IsAutoIncrement = (column.Flags & ColumnFlags.AutoIncrement) != 0;
        IsIdentity = IsAutoIncrement;
        IsLong = column.Length > 255 && (isText || kind == ValueKind.Bytes) && (column.Flags & ColumnFlags.Blob) != 0;
        IsExpression = column.OriginalName.Length == 0;
        IsAliased = column.OriginalName.Length > 0 && column.OriginalName != column.Name;
        IsReadOnly = IsExpression;
        IsHidden = false;
    }

    /// <summary>The server's type.</summary>
    public MuxDbType ProviderType { get; }

    /// <summary>Whether a number is unsigned.</summary>
    public bool IsUnsigned { get; }

    /// <summary>The table's alias; "" for an expression.</summary>
    public string TableName { get; }

    private static int IntegerDigits(ValueKind kind) => kind switch
    {
        ValueKind.SByte or ValueKind.Byte => 3,
        ValueKind.Int16 or ValueKind.UInt16 => 5,
        ValueKind.Int32 or ValueKind.UInt32 => 10,
        ValueKind.Int64 => 19,
        ValueKind.UInt64 => 20,
        ValueKind.Year => 4,
        _ => 0,
    };
}
