using System.Globalization;
using System.Numerics;

namespace MuxProvider.Conformance;

/// <summary>A column of the table that all types are read from.</summary>
/// <param name="Name">The column.</param>
/// <param name="Definition">Its type in SQL.</param>
/// <param name="Literal">The value of the row 1, in SQL.</param>
/// <param name="Value">The same as ADO.NET sees it.</param>
/// <param name="TypeName">What the provider calls the type.</param>
internal sealed record ColumnCase(string Name, string Definition, string Literal, object Value, string TypeName)
{
    /// <summary>All columns. The row 1 has the values, 2 only NULL.</summary>
    public static IReadOnlyList<ColumnCase> All { get; } =
    [
        new("c_bool", "TINYINT(1)", "1", true, "BOOL"),
        new("c_sbyte", "TINYINT", "-7", (sbyte)-7, "TINYINT"),
        new("c_byte", "TINYINT UNSIGNED", "200", (byte)200, "TINYINT"),
        new("c_short", "SMALLINT", "-300", (short)-300, "SMALLINT"),
        new("c_ushort", "SMALLINT UNSIGNED", "60000", (ushort)60000, "SMALLINT"),
        new("c_medium", "MEDIUMINT", "-8388608", -8388608, "MEDIUMINT"),
        new("c_umedium", "MEDIUMINT UNSIGNED", "16777215", 16777215u, "MEDIUMINT"),
        new("c_int", "INT", "77", 77, "INT"),
        new("c_uint", "INT UNSIGNED", "4000000000", 4000000000u, "INT"),
        new("c_long", "BIGINT", "-5000000000", -5000000000L, "BIGINT"),
        new("c_ulong", "BIGINT UNSIGNED", "18446744073709551615", ulong.MaxValue, "BIGINT"),
        new("c_bit", "BIT(10)", "b'1000000001'", 513ul, "BIT"),
        new("c_year", "YEAR", "2026", 2026, "YEAR"),
        new("c_decimal", "DECIMAL(10,2)", "12.75", 12.75m, "DECIMAL"),
        new("c_float", "FLOAT", "1.5", 1.5f, "FLOAT"),
        new("c_double", "DOUBLE", "-2.25", -2.25, "DOUBLE"),
        new("c_char", "CHAR(10)", "'abc'", "abc", "CHAR(10)"),
        new("c_varchar", "VARCHAR(100)", "'it''s ü 😀'", "it's ü 😀", "VARCHAR"),
        new("c_text", "TEXT", "'long'", "long", "VARCHAR"),
        new("c_enum", "ENUM('one','two')", "'two'", "two", "ENUM"),
        new("c_set", "SET('a','b')", "'a,b'", "a,b", "SET"),
        new("c_guid", "CHAR(36)", "'00112233-4455-6677-8899-aabbccddeeff'", new Guid("00112233-4455-6677-8899-aabbccddeeff"), "CHAR(36)"),
        new("c_binary", "BINARY(4)", "x'00ff2741'", new byte[] { 0, 255, 39, 65 }, "BLOB"),
        new("c_varbinary", "VARBINARY(100)", "x'0102'", new byte[] { 1, 2 }, "BLOB"),
        new("c_blob", "BLOB", "x'030405'", new byte[] { 3, 4, 5 }, "BLOB"),
        new("c_date", "DATE", "'2026-01-02'", new DateTime(2026, 1, 2), "DATE"),
        new("c_datetime", "DATETIME(6)", "'2026-01-02 03:04:05.678901'", new DateTime(2026, 1, 2, 3, 4, 5).AddTicks(6_789_010), "DATETIME"),
        new("c_timestamp", "TIMESTAMP(3) NULL DEFAULT NULL", "'2026-01-02 03:04:05.678'", new DateTime(2026, 1, 2, 3, 4, 5, 678), "TIMESTAMP"),
        new("c_time", "TIME(6)", "'10:11:12.131415'", new TimeSpan(10, 11, 12).Add(TimeSpan.FromTicks(1_314_150)), "TIME"),
    ];

    /// <summary>The text that makes the table.</summary>
    public static string Create(string table) =>
        $"CREATE TABLE {table} (id INT PRIMARY KEY, {string.Join(", ", All.Select(column => $"{column.Name} {column.Definition}"))})";

    /// <summary>The text that fills it.</summary>
    public static string Fill(string table) =>
        $"INSERT INTO {table} VALUES (1, {string.Join(", ", All.Select(column => column.Literal))}), (2, {string.Join(", ", All.Select(_ => "NULL"))})";

    /// <summary>What reading the value as a type has to give: a value, or the type of the exception.</summary>
    public object As(Type target)
    {
        if (target == typeof(object) || target == Value.GetType())
            return Value;
        if (target == typeof(bool))
            return Number is { } number ? number != 0 : typeof(InvalidCastException);
        if (target == typeof(decimal))
            return Value is float or double ? Convert.ToDecimal(Value, CultureInfo.InvariantCulture) : typeof(InvalidCastException);
        if (target == typeof(double) || target == typeof(float))
            return Value is float or double or decimal ? Convert.ChangeType(Value, target, CultureInfo.InvariantCulture) : typeof(InvalidCastException);
        if (s_integers.TryGetValue(target, out var range))
            return Number is not { } integer ? typeof(InvalidCastException) : integer < range.Least || integer > range.Most
                ? typeof(OverflowException)
                : Convert.ChangeType((decimal)integer, target, CultureInfo.InvariantCulture);
        return AsTextOrTime(target);
    }

    public override string ToString() => Name;

    private static readonly Dictionary<Type, (BigInteger Least, BigInteger Most)> s_integers = new()
    {
        [typeof(sbyte)] = (sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = (byte.MinValue, byte.MaxValue),
        [typeof(short)] = (short.MinValue, short.MaxValue),
        [typeof(ushort)] = (ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = (int.MinValue, int.MaxValue),
        [typeof(uint)] = (uint.MinValue, uint.MaxValue),
        [typeof(long)] = (long.MinValue, long.MaxValue),
        [typeof(ulong)] = (ulong.MinValue, ulong.MaxValue),
    };

    // The whole number that integers, truth values and decimals have in common; null for everything else.
    private BigInteger? Number => Value switch
    {
        bool truth => truth ? 1 : 0,
        decimal number => new BigInteger(decimal.Truncate(number)),
        sbyte or byte or short or ushort or int or uint or long or ulong => BigInteger.Parse(
            Convert.ToString(Value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture),
        _ => null,
    };

    private object AsTextOrTime(Type target)
    {
        if (target == typeof(char) && Value is string text)
            return text[0];
        if (target == typeof(TextReader) && Value is string)
            return Value;
        if (target == typeof(Stream) && Value is byte[])
            return Value;
        if (Value is DateTime time)
        {
            if (target == typeof(DateTimeOffset))
                return new DateTimeOffset(time, TimeSpan.Zero);
            if (target == typeof(DateOnly))
                return DateOnly.FromDateTime(time);
        }

        if (Value is TimeSpan span && target == typeof(TimeOnly))
            return TimeOnly.FromTimeSpan(span);

        // A text may be a date or a Guid; ours are none.
        return Value is string && (target == typeof(DateTime) || target == typeof(DateTimeOffset) || target == typeof(DateOnly) || target == typeof(Guid))
            ? typeof(FormatException)
            : typeof(InvalidCastException);
    }
}
