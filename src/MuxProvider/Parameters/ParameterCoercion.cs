using System.Data;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace MuxProvider;

/// <summary>
/// Changes a value where the type that was set for its parameter would otherwise not be what is sent. What has no sensible form in
/// that type is sent as it is: the server converts, or refuses. Pure.
/// </summary>
internal static class ParameterCoercion
{
    /// <summary>Changes a value.</summary>
    /// <param name="parameter">The parameter, whose type was set.</param>
    /// <param name="value">Its value, not null.</param>
    /// <returns>The value to send.</returns>
    /// <exception cref="FormatException">A text, or a number that is none, is no value of the parameter's type.</exception>
    /// <exception cref="OverflowException">A number is beyond the parameter's type.</exception>
    public static object To(MuxParameter parameter, object value)
    {
        try
        {
            return To(parameter.DbType, value);
        }
        catch (FormatException error)
        {
            throw new FormatException($"The value of the parameter '{parameter.ParameterName}' is no {parameter.DbType}: {error.Message}", error);
        }
        catch (OverflowException error)
        {
            throw new OverflowException($"The value of the parameter '{parameter.ParameterName}' is beyond {parameter.DbType}: {error.Message}", error);
        }
    }

    private static object To(DbType type, object value) => type switch
    {
        DbType.String or DbType.AnsiString or DbType.StringFixedLength or DbType.AnsiStringFixedLength or DbType.Xml => ToText(value),
        DbType.Binary => ToBytes(value),
        DbType.Boolean => ToBoolean(value),
        DbType.Date => ToDate(value),
        DbType.DateTime or DbType.DateTime2 or DbType.DateTimeOffset => value is DateOnly date ? date.ToDateTime(TimeOnly.MinValue) : value,
        DbType.Time => ToTime(value),
        DbType.Guid => value is string text ? Guid.Parse(text) : value,
        DbType.Single => value is double number ? (float)number : ToNumber(type, value),
        DbType.Decimal or DbType.Currency or DbType.VarNumeric => ToDecimal(value),
        DbType.SByte or DbType.Byte or DbType.Int16 or DbType.UInt16 or DbType.Int32 or DbType.UInt32 or DbType.Int64 or DbType.UInt64
            or DbType.Double => ToNumber(type, value),
        _ => value,
    };

    // A number compared with a text column would be compared as a number, and without its index.
    private static object ToText(object value) => value switch
    {
        Enum constant => constant.ToString(),
        bool truth => truth ? "1" : "0",
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal or BigInteger => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        Guid guid => guid.ToString(),
        _ => value,
    };

    private static object ToBytes(object value) => value switch
    {
        string text => Encoding.UTF8.GetBytes(text),
        Guid guid => guid.ToByteArray(),
        _ => value,
    };

    private static object ToBoolean(object value) => value switch
    {
        string text => bool.TryParse(text, out var truth) ? truth : decimal.Parse(text, CultureInfo.InvariantCulture) != 0,
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal => Convert.ToDecimal(value, CultureInfo.InvariantCulture) != 0,
        _ => value,
    };

    private static object ToDate(object value) => value switch
    {
        DateTime time => DateOnly.FromDateTime(time),
        DateTimeOffset time => DateOnly.FromDateTime(time.UtcDateTime),
        _ => value,
    };

    private static object ToTime(object value) => value switch
    {
        DateTime time => time.TimeOfDay,
        DateTimeOffset time => time.UtcDateTime.TimeOfDay,
        _ => value,
    };

    private static object ToDecimal(object value) => value switch
    {
        string text => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        float number => Exact(number.ToString("R", CultureInfo.InvariantCulture)),
        double number => Exact(number.ToString("R", CultureInfo.InvariantCulture)),
        _ => value,
    };

    // The conversions of .NET round to fifteen digits.
    private static decimal Exact(string number) => decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static object ToNumber(DbType type, object value) => value is string text
        ? type switch
        {
            DbType.SByte => sbyte.Parse(text, CultureInfo.InvariantCulture),
            DbType.Byte => byte.Parse(text, CultureInfo.InvariantCulture),
            DbType.Int16 => short.Parse(text, CultureInfo.InvariantCulture),
            DbType.UInt16 => ushort.Parse(text, CultureInfo.InvariantCulture),
            DbType.Int32 => int.Parse(text, CultureInfo.InvariantCulture),
            DbType.UInt32 => uint.Parse(text, CultureInfo.InvariantCulture),
            DbType.Int64 => long.Parse(text, CultureInfo.InvariantCulture),
            DbType.UInt64 => ulong.Parse(text, CultureInfo.InvariantCulture),
            DbType.Single => float.Parse(text, CultureInfo.InvariantCulture),
            _ => (object)double.Parse(text, CultureInfo.InvariantCulture),
        }
        : value;
}
