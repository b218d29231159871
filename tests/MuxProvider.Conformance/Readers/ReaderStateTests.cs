using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>Each state that a reader can be in, and what each of its members says there.</summary>
internal sealed class ReaderStateTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private enum State
    {
        BeforeFirstRow,
        OnRow,
        BehindLastRow,
        OnEmptyResult,
        BehindLastResult,
        WithoutResult,
        Closed,
        Disposed,
    }

    // What needs a row, and what a closed reader refuses as well.
    private static readonly Dictionary<string, Action<DbDataReader>> s_valueReaders = new()
    {
        ["IsDBNull"] = reader => reader.IsDBNull(0),
        ["IsDBNullAsync"] = reader => reader.IsDBNullAsync(0).GetAwaiter().GetResult(),
        ["GetValue"] = reader => reader.GetValue(0),
        ["GetValues"] = GetValues,
        ["this[int]"] = reader => _ = reader[0],
        ["this[string]"] = reader => _ = reader["n"],
        ["GetFieldValue<int>"] = reader => reader.GetFieldValue<int>(0),
        ["GetFieldValueAsync<int>"] = reader => reader.GetFieldValueAsync<int>(0).GetAwaiter().GetResult(),
        ["GetFieldValue<object>"] = reader => reader.GetFieldValue<object>(0),
        ["GetFieldValue<int?>"] = reader => reader.GetFieldValue<int?>(0),
        ["GetBoolean"] = reader => reader.GetBoolean(0),
        ["GetByte"] = reader => reader.GetByte(0),
        ["GetInt16"] = reader => reader.GetInt16(0),
        ["GetInt32"] = reader => reader.GetInt32(0),
        ["GetInt64"] = reader => reader.GetInt64(0),
        ["GetDecimal"] = reader => reader.GetDecimal(1),
        ["GetDouble"] = reader => reader.GetDouble(1),
        ["GetFloat"] = reader => reader.GetFloat(1),
        ["GetString"] = reader => reader.GetString(2),
        ["GetChar"] = reader => reader.GetChar(2),
        ["GetChars"] = reader => reader.GetChars(2, 0, new char[1], 0, 1),
        ["GetBytes"] = reader => reader.GetBytes(3, 0, new byte[1], 0, 1),
        ["GetStream"] = reader => reader.GetStream(3),
        ["GetTextReader"] = reader => reader.GetTextReader(2),
        ["GetDateTime"] = reader => reader.GetDateTime(4),
        ["GetGuid"] = reader => reader.GetGuid(5),
        ["GetProviderSpecificValue"] = reader => reader.GetProviderSpecificValue(0),
    };

    // What needs a result, but no row.
    private static readonly Dictionary<string, Action<DbDataReader>> s_columnReaders = new()
    {
        ["GetName"] = reader => Assert.That(reader.GetName(0), Is.EqualTo("n")),
        ["GetOrdinal"] = reader => Assert.That(reader.GetOrdinal("t"), Is.EqualTo(2)),
        ["GetFieldType"] = reader => Assert.That(reader.GetFieldType(2), Is.EqualTo(typeof(string))),
        ["GetProviderSpecificFieldType"] = reader => Assert.That(reader.GetProviderSpecificFieldType(2), Is.EqualTo(typeof(string))),
        ["GetDataTypeName"] = reader => Assert.That(reader.GetDataTypeName(0), Is.EqualTo("INT")),
    };

    // What an open reader always answers, and a closed one never.
    private static readonly Dictionary<string, Action<DbDataReader>> s_open = new()
    {
        ["FieldCount"] = reader => _ = reader.FieldCount,
        ["VisibleFieldCount"] = reader => _ = reader.VisibleFieldCount,
        ["HasRows"] = reader => _ = reader.HasRows,
        ["Depth"] = reader => Assert.That(reader.Depth, Is.Zero),
        ["GetSchemaTable"] = reader => reader.GetSchemaTable()?.Dispose(),
        ["GetColumnSchema"] = reader => reader.GetColumnSchema(),
        ["GetSchemaTableAsync"] = reader => reader.GetSchemaTableAsync().GetAwaiter().GetResult()?.Dispose(),
        ["GetColumnSchemaAsync"] = reader => reader.GetColumnSchemaAsync().GetAwaiter().GetResult(),
        ["Read"] = reader => reader.Read(),
        ["ReadAsync"] = reader => reader.ReadAsync().GetAwaiter().GetResult(),
        ["NextResult"] = reader => reader.NextResult(),
        ["NextResultAsync"] = reader => reader.NextResultAsync().GetAwaiter().GetResult(),
    };

    [TestCaseSource(nameof(ValueCases))]
    public async Task A_value_is_there_on_a_row_and_nowhere_else(string member, object state)
    {
        var reader = await InAsync((State)state);
        if ((State)state == State.OnRow)
            Assert.That(() => s_valueReaders[member](reader), Throws.Nothing);
        else
            Assert.That(() => s_valueReaders[member](reader), NoRowOrNoColumn((State)state));
    }

    [TestCaseSource(nameof(ColumnCases))]
    public async Task A_column_is_known_while_its_result_is_there(string member, object state)
    {
        var reader = await InAsync((State)state);
        var act = () => s_columnReaders[member](reader);
        switch ((State)state)
        {
            case State.BeforeFirstRow or State.OnRow or State.BehindLastRow or State.OnEmptyResult:
                Assert.That(act, Throws.Nothing);
                break;
            case State.Closed or State.Disposed:
                Assert.That(act, Throws.InstanceOf<InvalidOperationException>());
                break;
            default:
                Assert.That(act, Throws.InstanceOf<IndexOutOfRangeException>().Or.InstanceOf<InvalidOperationException>());
                break;
        }
    }

    [TestCaseSource(nameof(OpenCases))]
    public async Task A_reader_answers_while_it_is_open(string member, object state)
    {
        var reader = await InAsync((State)state);
        if ((State)state is State.Closed or State.Disposed)
            Assert.That(() => s_open[member](reader), Throws.InstanceOf<InvalidOperationException>());
        else
            Assert.That(() => s_open[member](reader), Throws.Nothing);
    }

    [TestCaseSource(nameof(FactCases))]
    public async Task A_reader_says_where_it_is(object state, bool isClosed, int recordsAffected, int fieldCount, bool hasRows)
    {
        var reader = await InAsync((State)state);
        Assert.That(reader.IsClosed, Is.EqualTo(isClosed));
        Assert.That(reader.RecordsAffected, Is.EqualTo(recordsAffected));
        if (isClosed)
            return;
        Assert.That(reader.FieldCount, Is.EqualTo(fieldCount));
        Assert.That(reader.VisibleFieldCount, Is.EqualTo(fieldCount));
        Assert.That(reader.HasRows, Is.EqualTo(hasRows));
        Assert.That(reader.GetColumnSchema(), Has.Count.EqualTo(fieldCount));
    }

    [Test]
    public async Task Reading_on_behind_the_end_stays_there([Values] Calling calling)
    {
        var reader = await InAsync(State.BehindLastRow);
        for (var i = 0; i < 3; i++)
            Assert.That(await reader.ReadAsync(calling), Is.False);
        for (var i = 0; i < 3; i++)
            Assert.That(await reader.NextResultAsync(calling), Is.False);
        Assert.That(await reader.ReadAsync(calling), Is.False);
    }

    [Test]
    public async Task Closing_may_be_repeated_and_gives_the_connection_back([Values] Calling calling, [Values] bool reads)
    {
        var reader = await InAsync(reads ? State.OnRow : State.BeforeFirstRow);
        for (var i = 0; i < 3; i++)
            await reader.CloseAsync(calling);
        await reader.DisposeAsync(calling);
        await reader.DisposeAsync(calling);
        Assert.That(reader.IsClosed, Is.True);
        await AssertUsableAsync(Connection);
    }

    [TestCase(-1)]
    [TestCase(6)]
    [TestCase(int.MaxValue)]
    [TestCase(int.MinValue)]
    public async Task An_ordinal_out_of_range_is_said_so_by_every_member(int ordinal)
    {
        var reader = await InAsync(State.OnRow);
        Action[] acts =
        [
            () => reader.GetValue(ordinal), () => _ = reader[ordinal], () => reader.IsDBNull(ordinal), () => reader.GetName(ordinal),
            () => reader.GetFieldType(ordinal), () => reader.GetDataTypeName(ordinal), () => reader.GetInt32(ordinal), () => reader.GetString(ordinal),
            () => reader.GetFieldValue<int>(ordinal), () => reader.GetFieldValue<object>(ordinal), () => reader.GetBytes(ordinal, 0, null, 0, 0),
            () => reader.GetChars(ordinal, 0, null, 0, 0), () => reader.GetStream(ordinal), () => reader.GetTextReader(ordinal),
        ];
        foreach (var act in acts)
            Assert.That(() => act(), Throws.InstanceOf<IndexOutOfRangeException>().Or.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(reader.GetInt32(0), Is.EqualTo(1), "the reader goes on");
    }

    private static IEnumerable<TestCaseData> ValueCases() => CasesOf(s_valueReaders.Keys);

    private static IEnumerable<TestCaseData> ColumnCases() => CasesOf(s_columnReaders.Keys);

    private static IEnumerable<TestCaseData> OpenCases() => CasesOf(s_open.Keys);

    private static IEnumerable<TestCaseData> FactCases()
    {
        yield return Fact(State.BeforeFirstRow, false, -1, 6, true);
        yield return Fact(State.OnRow, false, -1, 6, true);
        yield return Fact(State.BehindLastRow, false, -1, 6, true);
        yield return Fact(State.OnEmptyResult, false, -1, 6, false);
        yield return Fact(State.BehindLastResult, false, -1, 0, false);
        yield return Fact(State.WithoutResult, false, 2, 0, false);
        yield return Fact(State.Closed, true, -1, 0, false);
        yield return Fact(State.Disposed, true, -1, 0, false);

        static TestCaseData Fact(State state, bool isClosed, int affected, int fields, bool hasRows) =>
            new TestCaseData(state, isClosed, affected, fields, hasRows).SetArgDisplayNames(state.ToString());
    }

    private static IEnumerable<TestCaseData> CasesOf(IEnumerable<string> members) =>
        from member in members from state in Enum.GetValues<State>() select new TestCaseData(member, state).SetArgDisplayNames(member, state.ToString());

    // Where there are no columns, filling none of them is as good an answer as an exception.
    private static void GetValues(DbDataReader reader)
    {
        if (reader.GetValues(new object[1]) == 0)
            throw new InvalidOperationException("There are no columns.");
    }

    private static NUnit.Framework.Constraints.IResolveConstraint NoRowOrNoColumn(State state) => state is State.BehindLastResult or State.WithoutResult
        ? Throws.InstanceOf<InvalidOperationException>().Or.InstanceOf<IndexOutOfRangeException>()
        : Throws.InstanceOf<InvalidOperationException>();

    private async Task<DbDataReader> InAsync(State state)
    {
        var text = state switch
        {
            State.OnEmptyResult => "SELECT * FROM one WHERE n = 2",
            State.WithoutResult => "INSERT INTO two VALUES (1), (2)",
            _ => "SELECT * FROM one",
        };
        var reader = Keep(await Command(text).ExecuteReaderAsync());
        switch (state)
        {
            case State.OnRow:
                Assert.That(reader.Read(), Is.True);
                break;
            case State.BehindLastRow:
                Assert.That(reader.Read(), Is.True);
                Assert.That(reader.Read(), Is.False);
                break;
            case State.BehindLastResult:
                Assert.That(reader.NextResult(), Is.False);
                break;
            case State.Closed:
                reader.Close();
                break;
            case State.Disposed:
                await reader.DisposeAsync();
                break;
        }

        return reader;
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.one (n INT, d DECIMAL(5,2), t VARCHAR(20), b VARBINARY(20), w DATETIME, g CHAR(36))",
        $"INSERT INTO {Schema}.one VALUES (1, 1.5, 'text', x'0102', '2026-01-02 03:04:05', '00112233-4455-6677-8899-aabbccddeeff')",
        $"CREATE TABLE {Schema}.two (n INT)");
}
