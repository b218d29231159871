using System.Data.Common;
using System.Reflection;

namespace MuxProvider.Conformance;

/// <summary>Every column type, read by every getter and as every type, with a value and with NULL.</summary>
internal sealed class GetterTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private static readonly Dictionary<Type, Func<DbDataReader, object>> s_getters = new()
    {
        [typeof(bool)] = reader => reader.GetBoolean(0),
        [typeof(byte)] = reader => reader.GetByte(0),
        [typeof(short)] = reader => reader.GetInt16(0),
        [typeof(int)] = reader => reader.GetInt32(0),
        [typeof(long)] = reader => reader.GetInt64(0),
        [typeof(decimal)] = reader => reader.GetDecimal(0),
        [typeof(double)] = reader => reader.GetDouble(0),
        [typeof(float)] = reader => reader.GetFloat(0),
        [typeof(char)] = reader => reader.GetChar(0),
        [typeof(string)] = reader => reader.GetString(0),
        [typeof(Guid)] = reader => reader.GetGuid(0),
        [typeof(DateTime)] = reader => reader.GetDateTime(0),
        [typeof(object)] = reader => reader.GetValue(0),
        [typeof(Stream)] = reader => reader.GetStream(0),
        [typeof(TextReader)] = reader => reader.GetTextReader(0),
    };

    // These have no getter in DbDataReader.
    private static readonly Type[] s_onlyAsField =
    [
        typeof(sbyte), typeof(ushort), typeof(uint), typeof(ulong), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(byte[]),
    ];

    private static readonly MethodInfo s_field = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetFieldValue))!;
    private static readonly MethodInfo s_fieldAsync = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetFieldValueAsync), [typeof(int)])!;

    [TestCaseSource(nameof(GetterCases))]
    public async Task A_getter_gives_the_value_or_says_that_it_cannot(ColumnCase column, Type type)
    {
        var reader = await ReadAsync($"SELECT {column.Name} FROM types WHERE id = 1");
        Check(column.As(type), () => s_getters[type](reader));
        Assert.That(reader.GetValue(0), Is.EqualTo(column.Value), "the reader goes on");
    }

    [TestCaseSource(nameof(FieldCases))]
    public async Task GetFieldValue_gives_the_value_or_says_that_it_cannot(ColumnCase column, Type type)
    {
        var reader = await ReadAsync($"SELECT {column.Name} FROM types WHERE id = 1");
        Check(column.As(type), () => Field(reader, type));
        Check(column.As(type), () => FieldAsync(reader, type));
    }

    [TestCaseSource(nameof(GetterCases))]
    public async Task A_getter_says_that_a_cell_is_NULL(ColumnCase column, Type type)
    {
        var reader = await ReadAsync($"SELECT {column.Name} FROM types WHERE id = 2");
        Assert.That(reader.IsDBNull(0), Is.True);
        if (type == typeof(object))
            Assert.That(reader.GetValue(0), Is.EqualTo(DBNull.Value));
        else
            Assert.That(() => s_getters[type](reader), Throws.InstanceOf<InvalidCastException>());
    }

    [TestCaseSource(nameof(NullFieldCases))]
    public async Task GetFieldValue_says_that_a_cell_is_NULL(Type type)
    {
        foreach (var column in ColumnCase.All)
        {
            var reader = await ReadAsync($"SELECT {column.Name} FROM types WHERE id = 2");
            Assert.That(() => Field(reader, type), Throws.InstanceOf<InvalidCastException>(), column.Name);
            Assert.That(() => FieldAsync(reader, type), Throws.InstanceOf<InvalidCastException>(), column.Name);
            await reader.DisposeAsync();
        }
    }

    [TestCaseSource(typeof(ColumnCase), nameof(ColumnCase.All))]
    public async Task A_nullable_type_takes_the_value_and_NULL(ColumnCase column)
    {
        if (!column.Value.GetType().IsValueType)
            return;
        var nullable = typeof(Nullable<>).MakeGenericType(column.Value.GetType());
        var reader = Keep(await Command($"SELECT {column.Name} FROM types ORDER BY id").ExecuteReaderAsync());
        Assert.That(reader.Read(), Is.True);
        Assert.That(Field(reader, nullable), Is.EqualTo(column.Value));
        Assert.That(reader.Read(), Is.True);
        Assert.That(Field(reader, nullable), Is.Null);
        Assert.That(FieldAsync(reader, nullable), Is.Null);
    }

    [TestCaseSource(typeof(ColumnCase), nameof(ColumnCase.All))]
    public async Task Type_and_name_follow_from_the_column_and_every_indexer_agrees(ColumnCase column)
    {
        var reader = Keep(await Command($"SELECT {column.Name} FROM types ORDER BY id").ExecuteReaderAsync());
        Assert.That(reader.GetFieldType(0), Is.EqualTo(column.Value.GetType()), "before the first row");
        Assert.That(reader.GetName(0), Is.EqualTo(column.Name));
        Assert.That(reader.GetDataTypeName(0), Is.EqualTo(column.TypeName));

        Assert.That(reader.Read(), Is.True);
        Assert.That(reader.GetValue(0), Is.EqualTo(column.Value).And.TypeOf(column.Value.GetType()));
        Assert.That(reader[0], Is.EqualTo(column.Value));
        Assert.That(reader[column.Name], Is.EqualTo(column.Value));
        Assert.That(reader[column.Name.ToUpperInvariant()], Is.EqualTo(column.Value));
        Assert.That(reader.GetProviderSpecificValue(0), Is.EqualTo(column.Value));
        Assert.That(reader.GetProviderSpecificFieldType(0), Is.EqualTo(reader.GetFieldType(0)));
        Assert.That(reader.GetFieldValue<object>(0), Is.EqualTo(column.Value));
        var values = new object[3];
        Assert.That(reader.GetValues(values), Is.EqualTo(1));
        Assert.That(values, Is.EqualTo(new[] { column.Value, null, null }));
        Assert.That(reader.IsDBNull(0), Is.False);
        Assert.That(await reader.IsDBNullAsync(0), Is.False);

        Assert.That(reader.Read(), Is.True);
        Assert.That(reader.GetFieldType(0), Is.EqualTo(column.Value.GetType()), "of a cell that is NULL");
        Assert.That(reader[0], Is.EqualTo(DBNull.Value));
        Assert.That(reader[column.Name], Is.EqualTo(DBNull.Value));
        Assert.That(reader.GetValues(values), Is.EqualTo(1));
        Assert.That(values[0], Is.EqualTo(DBNull.Value));
        Assert.That(await reader.IsDBNullAsync(0), Is.True);
    }

    [TestCaseSource(typeof(ColumnCase), nameof(ColumnCase.All))]
    public async Task A_parameter_brings_the_value_to_its_column(ColumnCase column)
    {
        var table = await TableAsync($"v {column.Definition}");
        Assert.That(await Command($"INSERT INTO {table} VALUES (@v)", ("v", column.Value)).ExecuteNonQueryAsync(), Is.EqualTo(1));
        Assert.That(await Command($"INSERT INTO {table} VALUES (@v)", ("v", DBNull.Value)).ExecuteNonQueryAsync(), Is.EqualTo(1));
        Assert.That(await Command($"INSERT INTO {table} VALUES (@v)", ("v", null)).ExecuteNonQueryAsync(), Is.EqualTo(1));
        Assert.That(await Command($"SELECT v FROM {table} WHERE v IS NOT NULL").ExecuteScalarAsync(), Is.EqualTo(column.Value));
        Assert.That(await Command($"SELECT v FROM {table} WHERE v IS NULL").ExecuteScalarAsync(), Is.EqualTo(DBNull.Value));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table} WHERE v IS NULL"), Is.EqualTo(2));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(ColumnCase.Create(Schema + ".types"), ColumnCase.Fill(Schema + ".types"));

    private static IEnumerable<TestCaseData> GetterCases() => CasesOf(s_getters.Keys);

    // A DECIMAL may have more digits than decimal holds. Whether it can be had as text for that reason is nobody's promise.
    private static IEnumerable<TestCaseData> FieldCases() => CasesOf(s_getters.Keys.Concat(s_onlyAsField))
        .Where(row => row.Arguments is not [ColumnCase { Value: decimal }, Type type] || type != typeof(string));

    private static IEnumerable<Type> NullFieldCases() => s_getters.Keys.Concat(s_onlyAsField).Where(type => type != typeof(object));

    private static IEnumerable<TestCaseData> CasesOf(IEnumerable<Type> types) =>
        from column in ColumnCase.All from type in types select new TestCaseData(column, type).SetArgDisplayNames(column.Name, type.Name);

    private static void Check(object expected, Func<object?> read)
    {
        if (expected is Type type && typeof(Exception).IsAssignableFrom(type))
            Assert.That(() => read(), type == typeof(FormatException) ? Throws.InstanceOf<FormatException>().Or.InstanceOf<InvalidCastException>() : Throws.InstanceOf(type));
        else
            Assert.That(Plain(read()), Is.EqualTo(expected));
    }

    private static object? Plain(object? value)
    {
        if (value is TextReader text)
            return text.ReadToEnd();
        if (value is not Stream stream)
            return value;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static object? Field(DbDataReader reader, Type type) =>
        s_field.MakeGenericMethod(type).Invoke(reader, BindingFlags.DoNotWrapExceptions, null, [0], null);

    private static object? FieldAsync(DbDataReader reader, Type type)
    {
        var task = (Task)s_fieldAsync.MakeGenericMethod(type).Invoke(reader, BindingFlags.DoNotWrapExceptions, null, [0], null)!;
        task.GetAwaiter().GetResult();
        return task.GetType().GetProperty("Result")!.GetValue(task);
    }
}
