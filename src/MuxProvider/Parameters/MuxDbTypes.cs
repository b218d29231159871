using System.Data;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Which types of the server stand for which of ADO.NET, both ways. Pure.</summary>
internal static class MuxDbTypes
{
    /// <summary>The type of ADO.NET.</summary>
    /// <param name="type">The server's.</param>
    /// <returns>The type.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static DbType ToDbType(MuxDbType type) => type switch
    {
        MuxDbType.Bool => DbType.Boolean,
        MuxDbType.TinyInt => DbType.SByte,
        MuxDbType.UTinyInt => DbType.Byte,
        MuxDbType.SmallInt => DbType.Int16,
        MuxDbType.USmallInt => DbType.UInt16,
        MuxDbType.MediumInt or MuxDbType.Int or MuxDbType.Year => DbType.Int32,
        MuxDbType.UMediumInt or MuxDbType.UInt => DbType.UInt32,
        MuxDbType.BigInt => DbType.Int64,
        MuxDbType.UBigInt or MuxDbType.Bit => DbType.UInt64,
        MuxDbType.Decimal => DbType.Decimal,
        MuxDbType.Float => DbType.Single,
        MuxDbType.Double => DbType.Double,
        MuxDbType.Date => DbType.Date,
        MuxDbType.DateTime or MuxDbType.Timestamp => DbType.DateTime,
        MuxDbType.Time => DbType.Time,
        MuxDbType.Char => DbType.StringFixedLength,
        MuxDbType.VarChar or MuxDbType.TinyText or MuxDbType.Text or MuxDbType.MediumText or MuxDbType.LongText
            or MuxDbType.Enum or MuxDbType.Set or MuxDbType.Json => DbType.String,
        MuxDbType.Binary or MuxDbType.VarBinary or MuxDbType.TinyBlob or MuxDbType.Blob or MuxDbType.MediumBlob
            or MuxDbType.LongBlob or MuxDbType.Geometry or MuxDbType.Vector => DbType.Binary,
        MuxDbType.Guid => DbType.Guid,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type."),
    };

    /// <summary>The server's type.</summary>
    /// <param name="type">The type of ADO.NET.</param>
    /// <returns>The type; <see cref="MuxDbType.VarChar"/> for what stands for nothing in particular.</returns>
    public static MuxDbType Of(DbType type) => type switch
    {
        DbType.Boolean => MuxDbType.Bool,
        DbType.SByte => MuxDbType.TinyInt,
        DbType.Byte => MuxDbType.UTinyInt,
        DbType.Int16 => MuxDbType.SmallInt,
        DbType.UInt16 => MuxDbType.USmallInt,
        DbType.Int32 => MuxDbType.Int,
        DbType.UInt32 => MuxDbType.UInt,
        DbType.Int64 => MuxDbType.BigInt,
        DbType.UInt64 => MuxDbType.UBigInt,
        DbType.Decimal or DbType.Currency or DbType.VarNumeric => MuxDbType.Decimal,
        DbType.Single => MuxDbType.Float,
        DbType.Double => MuxDbType.Double,
        DbType.Date => MuxDbType.Date,
        DbType.DateTime or DbType.DateTime2 => MuxDbType.DateTime,
        DbType.DateTimeOffset => MuxDbType.Timestamp,
        DbType.Time => MuxDbType.Time,
        DbType.StringFixedLength or DbType.AnsiStringFixedLength => MuxDbType.Char,
        DbType.Xml => MuxDbType.LongText,
        DbType.Binary => MuxDbType.Blob,
        DbType.Guid => MuxDbType.Guid,
        _ => MuxDbType.VarChar,
    };

    /// <summary>The type of a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">What its cells are.</param>
    /// <returns>The type.</returns>
    public static MuxDbType Of(ColumnDefinition column, ValueKind kind) => kind switch
    {
        ValueKind.Boolean => MuxDbType.Bool,
        ValueKind.SByte => MuxDbType.TinyInt,
        ValueKind.Byte => MuxDbType.UTinyInt,
        ValueKind.Int16 => MuxDbType.SmallInt,
        ValueKind.UInt16 => MuxDbType.USmallInt,
        ValueKind.Int32 => column.Type == ColumnType.Int24 ? MuxDbType.MediumInt : MuxDbType.Int,
        ValueKind.UInt32 => column.Type == ColumnType.Int24 ? MuxDbType.UMediumInt : MuxDbType.UInt,
        ValueKind.Int64 => MuxDbType.BigInt,
        ValueKind.UInt64 => MuxDbType.UBigInt,
        ValueKind.Year => MuxDbType.Year,
        ValueKind.Bit => MuxDbType.Bit,
        ValueKind.Decimal => MuxDbType.Decimal,
        ValueKind.Single => MuxDbType.Float,
        ValueKind.Double => MuxDbType.Double,
        ValueKind.Date => MuxDbType.Date,
        ValueKind.DateTime => column.Type == ColumnType.Timestamp ? MuxDbType.Timestamp : MuxDbType.DateTime,
        ValueKind.Time => MuxDbType.Time,
        ValueKind.Json => MuxDbType.Json,
        ValueKind.Geometry => MuxDbType.Geometry,
        ValueKind.Vector => MuxDbType.Vector,
        ValueKind.Guid => MuxDbType.Guid,
        ValueKind.Bytes => OfBytes(column),
        _ => OfText(column),
    };

    private static MuxDbType OfBytes(ColumnDefinition column) => column.Type switch
    {
        ColumnType.String => MuxDbType.Binary,
        ColumnType.VarString or ColumnType.VarChar => MuxDbType.VarBinary,
        _ => column.Length switch
        {
            <= 255 => MuxDbType.TinyBlob,
            <= 65535 => MuxDbType.Blob,
            <= 16777215 => MuxDbType.MediumBlob,
            _ => MuxDbType.LongBlob,
        },
    };

    private static MuxDbType OfText(ColumnDefinition column)
    {
        if (column.Type == ColumnType.Enum || (column.Flags & ColumnFlags.Enum) != 0)
            return MuxDbType.Enum;
        if (column.Type == ColumnType.Set || (column.Flags & ColumnFlags.Set) != 0)
            return MuxDbType.Set;
        return column.Type switch
        {
            ColumnType.String => MuxDbType.Char,
            ColumnType.VarString or ColumnType.VarChar => MuxDbType.VarChar,
            _ => (column.Length / Collations.BytesPerCharacter(column.Collation)) switch
            {
                <= 255 => MuxDbType.TinyText,
                <= 65535 => MuxDbType.Text,
                <= 16777215 => MuxDbType.MediumText,
                _ => MuxDbType.LongText,
            },
        };
    }
}
