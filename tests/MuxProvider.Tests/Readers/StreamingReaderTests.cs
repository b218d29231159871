using System.Data;
using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Tests;

/// <summary>Data readers over answers that come while they are read.</summary>
public class StreamingReaderTests
{
    private const string Reading = "SELECT id, name FROM t";
    private const string Writing = "UPDATE t SET a = 1; SELECT id, name FROM t";

    private static readonly Protocol.ColumnDefinition[] s_columns = [Column.Int("id"), Column.Text("name")];

    private MuxConnection _connection = null!;
    private FakeHandle _handle = null!;

    [SetUp]
    public void Open() => (_connection, _handle) = FakeConnection.Open();

    [TearDown]
    public void Close() => _connection.Dispose();

    [Test]
    public async Task Rows_are_read_as_they_come([Values] bool isBlocking)
    {
        var (reader, reply) = Begin();
        var reading = ReadAsync(reader, isBlocking);
        await reply.IsWaitedForAsync();
        Assert.That(reading.IsCompleted, Is.False);
        reply.Row(1, "one").Row(2, null);
        Assert.That(await reading, Is.True);
        Assert.That((reader.GetInt32(0), reader["name"]), Is.EqualTo((1, (object)"one")));
        Assert.That(await ReadAsync(reader, isBlocking), Is.True, "it was there already");
        Assert.That((reader.GetInt32(0), reader.IsDBNull(1)), Is.EqualTo((2, true)));

        reading = ReadAsync(reader, isBlocking);
        await reply.IsWaitedForAsync();
        Assert.That(reading.IsCompleted, Is.False);
        reply.EndRows().End();
        Assert.That(await reading, Is.False);
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException);
        Assert.That(await NextResultAsync(reader, isBlocking), Is.False);
    }

    [Test]
    public async Task A_row_that_is_there_is_read_without_waiting()
    {
        var (reader, reply) = Begin();
        reply.Row(1, "one");
        Assert.That(reader.ReadAsync().IsCompletedSuccessfully, Is.True);
        Assert.That(await reader.GetFieldValueAsync<string>(1), Is.EqualTo("one"));
    }

    [Test]
    public async Task Readers_that_await_their_rows_block_no_thread()
    {
        // All of them from one thread: it would not come to the second if the first blocked it.
        var waiting = Enumerable.Range(0, 100).Select(_ =>
        {
            var (connection, handle) = FakeConnection.Open();
            var reply = handle.Stream().Begin(s_columns);
            var reader = new MuxCommand(Reading, connection).ExecuteReader();
            return (Reader: reader, Reply: reply, Reading: reader.ReadAsync());
        }).ToList();
        Assert.That(waiting.Select(one => one.Reading.IsCompleted), Has.All.False);
        for (var i = 0; i < waiting.Count; i++)
            waiting[i].Reply.Row(i, null);
        for (var i = 0; i < waiting.Count; i++)
        {
            await LiveReply.Within(waiting[i].Reading);
            Assert.That(waiting[i].Reader.GetInt32(0), Is.EqualTo(i));
            waiting[i].Reader.Dispose();
        }
    }

    [Test]
    [NonParallelizable]
    public void A_reader_that_is_blocked_needs_no_thread_of_the_pool()
    {
        var (reader, reply) = Begin();
        using var pool = new StarvedThreadPool();
        var isRead = false;
        var thread = new Thread(() => isRead = reader.Read()) { IsBackground = true };
        thread.Start();
        reply.IsWaitedFor();
        reply.Row(1, "one");
        Assert.That(thread.Join(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That((isRead, reader.GetInt32(0)), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task Who_waits_for_a_row_is_let_go_by_its_token([Values] bool forResult)
    {
        var (reader, reply) = Begin();
        using var cancellation = new CancellationTokenSource();
        var waiting = forResult ? reader.NextResultAsync(cancellation.Token) : reader.ReadAsync(cancellation.Token);
        await reply.IsWaitedForAsync();
        await cancellation.CancelAsync();
        var error = await Assert.CatchAsync<OperationCanceledException>(() => LiveReply.Within(waiting));
        Assert.That(error!.CancellationToken, Is.EqualTo(cancellation.Token));
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException, "it is on no row");
        await reader.DisposeAsync();
        Assert.That((reply.IsDisposed, _connection.State), Is.EqualTo((true, ConnectionState.Open)));
    }

    [Test]
    public void A_token_that_was_used_before_is_heeded_where_a_row_is_there()
    {
        var (reader, reply) = Begin();
        reply.Row(1, "one");
        Assert.That(async () => await reader.ReadAsync(new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(reader.Read(), Is.True, "nothing was lost");
        Assert.That(reader.GetInt32(0), Is.EqualTo(1));
    }

    [Test]
    public async Task An_error_in_the_middle_of_the_rows_comes_out_of_Read([Values] bool isBlocking, [Values] bool isThere)
    {
        var (reader, reply) = Begin();
        reply.Row(1, "one");
        Assert.That(await ReadAsync(reader, isBlocking), Is.True);
        Task<bool> reading;
        if (isThere)
        {
            reply.Fail(1317, "interrupted");
            reading = ReadAsync(reader, isBlocking);
        }
        else
        {
            reading = ReadAsync(reader, isBlocking);
            await reply.IsWaitedForAsync();
            reply.Fail(1317, "interrupted");
        }

        var error = await Assert.ThrowsAsync<MuxException>(() => reading);
        Assert.That((error!.Number, error.ServerMessage), Is.EqualTo((1317, "interrupted")));
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException);
        await reader.DisposeAsync();
        Assert.That((reply.IsDisposed, _connection.State), Is.EqualTo((true, ConnectionState.Open)));
        _handle.Answer().Rows([Column.Int("a")], [7]);
        Assert.That(new MuxCommand("SELECT 7", _connection).ExecuteScalar(), Is.EqualTo(7));
    }

    [Test]
    public async Task A_link_that_is_lost_in_the_middle_of_the_rows_comes_out_of_Read([Values] bool isBlocking)
    {
        var (reader, reply) = Begin();
        reply.Row(1, "one");
        Assert.That(await ReadAsync(reader, isBlocking), Is.True);
        var reading = ReadAsync(reader, isBlocking);
        await reply.IsWaitedForAsync();
        reply.Break(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        var error = await Assert.ThrowsAsync<MuxException>(() => reading);
        Assert.That((error!.IsTransient, error.OutcomeUnknown), Is.EqualTo((true, false)), "nothing was written");
    }

    [Test]
    public async Task The_results_of_a_text_come_one_after_the_other([Values] bool isBlocking)
    {
        var (reader, reply) = Begin();
        reply.Row(1, "passed over");
        var next = NextResultAsync(reader, isBlocking);
        await reply.IsWaitedForAsync();
        reply.Row(2, "passed over, too").EndRows();
        await reply.IsWaitedForAsync();
        reply.Done(3).Begin(Column.Text("other"));
        Assert.That(await next, Is.True);
        Assert.That((reader.GetName(0), reader.FieldCount, reader.RecordsAffected), Is.EqualTo(("other", 1, 3)));
        reply.Row("x").EndRows().Done(4).End();
        Assert.That(await ReadAsync(reader, isBlocking), Is.True);
        Assert.That(reader.GetString(0), Is.EqualTo("x"));
        Assert.That(await NextResultAsync(reader, isBlocking), Is.False);
        Assert.That((reader.FieldCount, reader.RecordsAffected), Is.EqualTo((0, 7)));
        Assert.That(await NextResultAsync(reader, isBlocking), Is.False);
    }

    [Test]
    public async Task An_error_of_a_later_statement_comes_out_of_NextResult([Values] bool isBlocking, [Values] bool amongRows)
    {
        var (reader, reply) = Begin();
        reply.Row(1, "one");
        if (!amongRows)
            reply.EndRows();
        reply.Fail(1146);
        var error = await Assert.ThrowsAsync<MuxException>(() => NextResultAsync(reader, isBlocking));
        Assert.That(error!.Number, Is.EqualTo(1146));
        Assert.That(await NextResultAsync(reader, isBlocking), Is.False);
    }

    [TestCase("Close")]
    [TestCase("CloseAsync")]
    [TestCase("Dispose")]
    [TestCase("DisposeAsync")]
    public async Task What_only_reads_is_broken_off_when_the_reader_is_closed(string how)
    {
        var (reader, reply) = Begin();
        reply.Row(1, "one");
        reader.Read();
        await EndAsync(reader, how);
        Assert.That((reply.IsDisposed, reader.IsClosed), Is.EqualTo((true, true)));
        Assert.That(() => reader.Read(), Throws.InvalidOperationException);
        await EndAsync(reader, how);
        _handle.Answer().Rows([Column.Int("a")], [7]);
        Assert.That(new MuxCommand("SELECT 7", _connection).ExecuteScalar(), Is.EqualTo(7));
    }

    [TestCase("Close")]
    [TestCase("DisposeAsync")]
    public async Task What_may_write_is_read_to_its_end_when_the_reader_is_closed(string how)
    {
        var reply = _handle.Stream().Done(2).Begin(s_columns);
        var reader = new MuxCommand(Writing, _connection).ExecuteReader();
        reply.Row(1, "one");
        var ending = Task.Factory.StartNew(() => EndAsync(reader, how), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await reply.IsWaitedForAsync();
        Assert.That((ending.IsCompleted, reply.IsDisposed), Is.EqualTo((false, false)));
        reply.Row(2, "two").EndRows().Done(5).End();
        await LiveReply.Within(ending);
        Assert.That((reply.IsDisposed, reader.IsClosed, reader.RecordsAffected), Is.EqualTo((true, true, 7)));
    }

    [Test]
    public async Task An_error_that_comes_while_the_reader_is_closed_came_too_late([Values] bool isLinkLost)
    {
        var reply = _handle.Stream().Done(2).Begin(s_columns);
        var reader = new MuxCommand(Writing, _connection).ExecuteReader();
        var ending = reader.DisposeAsync().AsTask();
        await reply.IsWaitedForAsync();
        if (isLinkLost)
            reply.Break(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        else
            reply.Fail(1317);
        await LiveReply.Within(ending);
        Assert.That((reply.IsDisposed, reader.IsClosed, reader.RecordsAffected), Is.EqualTo((true, true, 2)));
    }

    [Test]
    public void The_connection_is_closed_with_its_reader_where_that_was_asked_for()
    {
        var reply = _handle.Stream().Begin(s_columns);
        var reader = new MuxCommand(Reading, _connection).ExecuteReader(CommandBehavior.CloseConnection);
        reader.Dispose();
        Assert.That((reply.IsDisposed, _connection.State), Is.EqualTo((true, ConnectionState.Closed)));
    }

    [Test]
    public void Who_closes_the_connection_waits_for_nothing()
    {
        var reply = _handle.Stream().Done(2).Begin(s_columns);
        var reader = new MuxCommand(Writing, _connection).ExecuteReader();
        _connection.Close();
        reader.Dispose();
        Assert.That((reply.IsDisposed, reader.IsClosed), Is.EqualTo((true, true)));
    }

    [Test]
    public void The_cells_of_a_row_are_read_in_any_order_and_as_often_as_wanted()
    {
        var (reader, reply) = Begin();
        reply.Row(300, "2026-11-21").Row(null, "two");
        reader.Read();
        for (var pass = 0; pass < 2; pass++)
        {
            Assert.That(reader.GetFieldValue<string>(1), Is.EqualTo("2026-11-21"));
            Assert.That(reader.GetFieldValue<DateTime>(1), Is.EqualTo(new DateTime(2026, 11, 21)));
            Assert.That(reader.GetFieldValue<TextReader>(1).ReadToEnd(), Is.EqualTo("2026-11-21"));
            Assert.That((reader.GetFieldValue<long>(0), reader.GetFieldValue<int?>(0), reader.GetValue(0)), Is.EqualTo((300L, (int?)300, (object)300)));
            Assert.That(() => reader.GetFieldValue<byte>(0), Throws.InstanceOf<OverflowException>());
        }

        reader.Read();
        for (var pass = 0; pass < 2; pass++)
        {
            Assert.That((reader.GetFieldValue<int?>(0), reader.GetFieldValue<string>(1)), Is.EqualTo(((int?)null, "two")));
            Assert.That(() => reader.GetFieldValue<int>(0), Throws.InstanceOf<InvalidCastException>());
        }
    }

    [Test]
    public void Values_that_were_taken_outlive_their_row()
    {
        var (reader, reply) = Begin();
        reply.Row(1, "one").Row(2, "two").EndRows().End();
        reader.Read();
        var values = new object[2];
        reader.GetValues(values);
        var text = reader.GetTextReader(1);
        reader.Read();
        Assert.That(values, Is.EqualTo(new object[] { 1, "one" }));
        Assert.That(text.ReadToEnd(), Is.EqualTo("one"));
    }

    [Test]
    public async Task Nothing_else_runs_on_the_connection_meanwhile()
    {
        var (reader, _) = Begin();
        using var other = new MuxCommand("SELECT 1", _connection);
        Assert.That(() => other.ExecuteScalar(), Throws.InvalidOperationException);
        await reader.DisposeAsync();
        _handle.Answer().Rows([Column.Int("a")], [7]);
        Assert.That(other.ExecuteScalar(), Is.EqualTo(7));
    }

    [Test]
    public async Task Warnings_are_told_when_the_answer_has_ended()
    {
        var heard = new List<int>();
        _connection.InfoMessage += (_, message) => heard.AddRange(message.Errors.Select(static warning => warning.Code));
        var (reader, reply) = Begin();
        reply.Row(1, "one").EndRows().End().Warns(new ServerWarning("Warning", 1265, "cut"));
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(await reader.ReadAsync(), Is.False);
        Assert.That(heard, Is.Empty);
        await reader.DisposeAsync();
        Assert.That(heard, Is.EqualTo(new[] { 1265 }));
    }

    private (MuxDataReader Reader, LiveReply Reply) Begin()
    {
        var reply = _handle.Stream().Begin(s_columns);
        return (new MuxCommand(Reading, _connection).ExecuteReader(), reply);
    }

    // A blocked caller has a thread of its own.
    private static Task<bool> ReadAsync(MuxDataReader reader, bool isBlocking) => isBlocking ? Blocked(reader.Read) : Ends(reader.ReadAsync());

    private static Task<bool> NextResultAsync(MuxDataReader reader, bool isBlocking) => isBlocking ? Blocked(reader.NextResult) : Ends(reader.NextResultAsync());

    private static Task<bool> Blocked(Func<bool> act) =>
        Ends(Task.Factory.StartNew(act, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    private static async Task<bool> Ends(Task<bool> task)
    {
        await LiveReply.Within(task);
        return await task;
    }

    private static async Task EndAsync(MuxDataReader reader, string how)
    {
        switch (how)
        {
            case "Close":
                reader.Close();
                break;
            case "CloseAsync":
                await reader.CloseAsync();
                break;
            case "Dispose":
                reader.Dispose();
                break;
            default:
                await reader.DisposeAsync();
                break;
        }
    }
}
