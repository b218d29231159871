using System.Data;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>The same work in every mode: shared, without pipelining, without multiplexing, on one single link.</summary>
[TestFixture("")]
[TestFixture("Multiplexing=false")]
[TestFixture("Pipelining=false")]
[TestFixture("Max Shared Links=1;Max Links=1")]
[TestFixture("Max Shared Links=1;Max Links=1;Pipelining=false")]
[TestFixture("Max Shared Links=1;Max Links=2")]
[TestFixture("Pooling=false")]
[TestFixture("SSL Mode=None;Allow Public Key Retrieval=true")]
internal sealed class ModeTests(string options) : ServerFixture
{
    private MuxDataSource _source = null!;

    private bool KeepsLinks => options.Contains("Multiplexing=false", StringComparison.Ordinal) || options.Contains("Pooling=false", StringComparison.Ordinal);

    [SetUp]
    public void OpenModeSource() => _source = NewSource(options + ";Allow User Variables=true;Connection Timeout=60;Default Command Timeout=60");

    [TearDown]
    public void DisposeModeSource() => _source.Dispose();

    [Test]
    public async Task Rows_come_and_go()
    {
        var table = await TableAsync("id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20)");
        await using var handle = await _source.OpenConnectionAsync();
        Assert.That(await handle.RunAsync($"INSERT INTO {table} (name) VALUES ('a'), ('b')"), Is.EqualTo(2));
        Assert.That(await handle.TextAsync($"SELECT id, name FROM {table}; SELECT 5"), Is.EqualTo("1,a;2,b|5"));
        Assert.That(handle.PinReasons, Is.EqualTo(KeepsLinks ? PinReasons.MultiplexingOff : PinReasons.None));
    }

    [Test]
    public async Task Many_handles_take_turns()
    {
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 40).Select(async h =>
        {
            await using var handle = await _source.OpenConnectionAsync();
            for (var i = 0; i < 5; i++)
                Assert.That(await handle.ScalarAsync<int>("SELECT @n", ("n", h * i)), Is.EqualTo(h * i));
        })));
    }

    [Test]
    public async Task Transactions_take_turns_with_floating_statements()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 30).Select(async h =>
        {
            await using var handle = await _source.OpenConnectionAsync();
            if (h % 3 != 0)
            {
                await handle.RunAsync($"INSERT INTO {table} VALUES (@h)", ("h", h));
                return;
            }

            await using var transaction = await handle.BeginTransactionAsync(IsolationLevel.ReadCommitted);
            await handle.RunAsync($"INSERT INTO {table} VALUES (@h)", ("h", h));
            Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {table} WHERE id = @h", ("h", h)), Is.EqualTo(1));
            if (h % 2 == 0)
                await transaction.CommitAsync();
        })));
        await using var last = await _source.OpenConnectionAsync();
        Assert.That(await last.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(25));
    }

    [Test]
    public async Task State_does_not_outlive_its_handle()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var handle = await _source.OpenConnectionAsync();
            Assert.That(await handle.TextAsync("SELECT @mine, @@time_zone, @@sql_mode LIKE '%ANSI_QUOTES%', DATABASE()"), Is.EqualTo($"NULL,SYSTEM,0,{Schema}"));
            await handle.RunAsync("SET @mine = 1, time_zone = '+03:00', sql_mode = 'ANSI_QUOTES'");
            await handle.RunAsync("CREATE TEMPORARY TABLE mine (id INT)");
            await handle.RunAsync("USE mysql");
            Assert.That(await handle.TextAsync("SELECT @mine, @@time_zone, @@sql_mode, DATABASE()"), Is.EqualTo("1,+03:00,ANSI_QUOTES,mysql"));
        }

        await using var next = await _source.OpenConnectionAsync();
        Assert.That((await Sql.MuxFailureOf(() => next.RunAsync("SELECT * FROM mine"))).Number, Is.EqualTo(1146));
    }

    [Test]
    public async Task Errors_are_those_of_the_statement()
    {
        await using var handle = await _source.OpenConnectionAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await Sql.MuxFailureOf(() => handle.RunAsync("SELECT * FROM nowhere"))).Number, Is.EqualTo(1146));
            Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        }
    }

    [Test]
    public void Blocking_callers_take_turns()
    {
        var threads = Enumerable.Range(0, 20).Select(t => Task.Factory.StartNew(
            () =>
            {
                using var handle = _source.OpenConnection();
                using var transaction = t % 4 == 0 ? handle.BeginTransaction() : null;
                Assert.That(handle.Scalar<int>("SELECT @t", ("t", t)), Is.EqualTo(t));
                transaction?.Commit();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        Assert.That(Task.WaitAll(threads, TimeSpan.FromSeconds(60)), Is.True);
    }

    [Test]
    public async Task A_statement_that_times_out_leaves_the_source_usable()
    {
        await using (var handle = await _source.OpenConnectionAsync())
        {
            await using var command = handle.Command("SELECT SLEEP(300)");
            command.CommandTimeout = 1;
            Assert.That((await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteScalarAsync()))).ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        }

        await using var next = await Until.Ends(_source.OpenConnectionAsync().AsTask());
        Assert.That(await Until.Ends(next.ScalarAsync<int>("SELECT 1")), Is.EqualTo(1));
    }

    [Test]
    public async Task Text_and_bytes_survive()
    {
        await using var handle = await _source.OpenConnectionAsync();
        var bytes = Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7)).ToArray();
        await using var reader = await handle.Command("SELECT @s, @b", ("s", "it's \\ 😀"), ("b", bytes)).ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetString(0), Is.EqualTo("it's \\ 😀"));
        Assert.That(reader.GetFieldValue<byte[]>(1), Is.EqualTo(bytes));
    }
}
