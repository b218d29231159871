using System.Data;
using System.Globalization;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Reads what a routine puts out: of its declared type, or of the type that the parameter was given.</summary>
internal static class OutputValue
{
    /// <summary>Reads one value of the current row.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="ordinal">The column.</param>
    /// <param name="column">A column of the declared type.</param>
    /// <param name="parameter">The parameter that the value is for.</param>
    /// <param name="options">How cells are read.</param>
    /// <returns>The value; <see cref="DBNull"/> for NULL.</returns>
    /// <exception cref="MuxException">The value cannot be of that type.</exception>
    public static object Read(Reply reply, int ordinal, ColumnDefinition column, MuxParameter parameter, CellOptions options)
    {
        if (reply.IsNull(ordinal))
            return DBNull.Value;
        try
        {
            var cell = new Cell(reply.GetCell(ordinal), isNull: false, column, ValueKinds.Of(column, options), options);
            var value = FieldTypes.ValueOf(cell, options);
            return parameter.HasDbType ? Convert(value, parameter.DbType) : value;
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException)
        {
            throw new MuxException(0, null, $"The output parameter '{parameter.ParameterName}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Converts to the .NET type that stands for an ADO.NET type.</summary>
    /// <param name="value">The value, not null.</param>
    /// <param name="type">The type.</param>
    /// <returns>The value as that type; unchanged for types that stand for nothing in particular.</returns>
    public static object Convert(object value, DbType type)
    {
        var culture = CultureInfo.InvariantCulture;
        return type switch
        {
            DbType.Boolean => System.Convert.ToBoolean(value, culture),
            DbType.SByte => System.Convert.ToSByte(value, culture),
            DbType.Byte => System.Convert.ToByte(value, culture),
            DbType.Int16 => System.Convert.ToInt16(value, culture),
            DbType.UInt16 => System.Convert.ToUInt16(value, culture),
            DbType.Int32 => System.Convert.ToInt32(value, culture),
            DbType.UInt32 => System.Convert.ToUInt32(value, culture),
            DbType.Int64 => System.Convert.ToInt64(value, culture),
            DbType.UInt64 => System.Convert.ToUInt64(value, culture),
            DbType.Single => System.Convert.ToSingle(value, culture),
            DbType.Double => System.Convert.ToDouble(value, culture),
            DbType.Decimal or DbType.Currency or DbType.VarNumeric => System.Convert.ToDecimal(value, culture),
            DbType.Date or DbType.DateTime or DbType.DateTime2 => ToDateTime(value),
            DbType.DateTimeOffset => new DateTimeOffset(DateTime.SpecifyKind(ToDateTime(value), DateTimeKind.Utc)),
            DbType.Time => value as TimeSpan? ?? TimeSpan.Parse(System.Convert.ToString(value, culture)!, culture),
            DbType.Guid => ToGuid(value),
            DbType.String or DbType.AnsiString or DbType.StringFixedLength or DbType.AnsiStringFixedLength or DbType.Xml => ToText(value),
            _ => value,
        };
    }

    private static DateTime ToDateTime(object value) =>
        value as DateTime? ?? DateTime.Parse(System.Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);

    private static Guid ToGuid(object value) => value switch
    {
        Guid guid => guid,
        byte[] { Length: 16 } bytes => new Guid(bytes),
        _ => Guid.Parse(System.Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private static string ToText(object value) => value is byte[] bytes
        ? System.Text.Encoding.UTF8.GetString(bytes)
        : System.Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
