using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Time-outs and cancellation: the caller leaves, its neighbours do not notice, its handle goes on.</summary>
internal sealed class CancellationTests : ServerFixture
{
    // Longer than any test may take: whoever comes back did not wait for it.
    private const string Long = "SELECT SLEEP(300)";

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_command_time_out_lets_the_caller_go_and_neighbours_flow(bool blocking)
    {
        var handle = await OpenAsync();
        var neighbours = new Neighbours(Source);
        await using var command = handle.Command(Long);
        command.CommandTimeout = 1;

        var error = await Sql.MuxFailureOf(() => Until.Ends(blocking ? Task.Run(() => command.ExecuteScalar()) : command.ExecuteScalarAsync()));

        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        await neighbours.FlowedAsync();
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task The_default_command_time_out_comes_from_the_connection_string()
    {
        var handle = await OpenAsync(NewSource("Default Command Timeout=1"));
        var error = await Sql.MuxFailureOf(() => Until.Ends(handle.RunAsync(Long)));
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
    }

    [Test]
    public async Task A_change_that_times_out_says_that_its_outcome_is_unknown()
    {
        var table = await TableAsync("id INT PRIMARY KEY, n INT");
        var owner = await OpenAsync();
        await owner.RunAsync("START TRANSACTION");
        await owner.RunAsync($"INSERT INTO {table} VALUES (1, 1)");
        var late = await OpenAsync();
        await using var command = late.Command($"INSERT INTO {table} VALUES (1, 2)");
        command.CommandTimeout = 1;

        var error = await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteNonQueryAsync()));

        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        Assert.That(error.OutcomeUnknown, Is.True);
        Assert.That(error.Message, Does.Contain("may still run").Or.Contain("unknown"));
        await owner.RunAsync("COMMIT");
        Assert.That(await Until.Ends(late.TextAsync($"SELECT n FROM {table}")), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_token_that_was_used_before_sends_nothing()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync();
        var used = new CancellationToken(canceled: true);
        await using var command = handle.Command($"INSERT INTO {table} VALUES (1)");

        var error = await Sql.FailureOf<OperationCanceledException>(() => command.ExecuteNonQueryAsync(used));
        Assert.That(error.CancellationToken, Is.EqualTo(used));
        await Sql.FailureOf<OperationCanceledException>(() => command.ExecuteReaderAsync(used));
        await Sql.FailureOf<OperationCanceledException>(() => command.ExecuteScalarAsync(used));
        await Sql.FailureOf<OperationCanceledException>(async () => await handle.BeginTransactionAsync(used));
        await Sql.FailureOf<OperationCanceledException>(() => handle.ChangeDatabaseAsync(Schema, used));
        await Sql.FailureOf<OperationCanceledException>(async () => await Source.OpenConnectionAsync(used));

        Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.Zero);
    }

    [Test]
    public async Task A_token_lets_the_caller_go_while_the_statement_runs()
    {
        var handle = await OpenAsync();
        var neighbours = new Neighbours(Source);
        using var stop = new CancellationTokenSource();
        await using var command = handle.Command($"{Long} /* {Schema} token */");
        var running = command.ExecuteScalarAsync(stop.Token);
        await RunsAsync("token");

        await stop.CancelAsync();

        var error = await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(running));
        Assert.That(error.CancellationToken, Is.EqualTo(stop.Token));
        await neighbours.FlowedAsync();
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Cancel_from_another_thread_lets_the_caller_go()
    {
        var handle = await OpenAsync();
        var neighbours = new Neighbours(Source);
        await using var command = handle.Command($"{Long} /* {Schema} cancel */");
        var running = Task.Factory.StartNew(() => command.ExecuteScalar(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await RunsAsync("cancel");

        await Task.Factory.StartNew(command.Cancel, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        var error = await Sql.MuxFailureOf(() => Until.Ends(running));
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.QueryInterrupted));
        await neighbours.FlowedAsync();
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Cancel_of_a_command_that_does_not_run_does_nothing()
    {
        var handle = await OpenAsync();
        await using var idle = handle.Command("SELECT 2");
        idle.Cancel();
        await using var command = handle.Command("SELECT 1");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
        command.Cancel();
        idle.Cancel();
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
        await using (var reader = await command.ExecuteReaderAsync())
        {
            command.Cancel();
            Assert.That(await reader.ReadAsync(), Is.True);
        }

        using var unconnected = new MuxCommand("SELECT 1");
        unconnected.Cancel();
    }

    [Test]
    public async Task Cancel_of_one_command_does_not_meet_another_of_the_same_connection()
    {
        var handle = await OpenAsync();
        await using var other = handle.Command("SELECT 1");
        await using var running = handle.Command($"SELECT SLEEP(1), 7 /* {Schema} other */");
        var answer = running.ExecuteReaderAsync();
        await RunsAsync("other");

        other.Cancel();

        await using var reader = await Until.Ends(answer);
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetInt32(1), Is.EqualTo(7));
    }

    [Test]
    public async Task A_statement_that_waits_for_a_link_can_be_cancelled_and_never_runs()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var source = NewSource("Max Shared Links=1;Max Links=1");
        var owner = await OpenAsync(source);
        var waiting = await OpenAsync(source);
        await owner.RunAsync("START TRANSACTION");
        using var stop = new CancellationTokenSource();
        await using var insert = waiting.Command($"INSERT INTO {table} VALUES (1)");
        var floating = insert.ExecuteNonQueryAsync(stop.Token);
        var second = source.CreateConnection();
        var opening = second.OpenAsync(stop.Token);
        Assert.That(floating.IsCompleted, Is.False);

        await stop.CancelAsync();

        await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(floating));
        try
        {
            await Until.Ends(opening);
        }
        catch (OperationCanceledException)
        {
            // A handle may open without a free link; one that waited must have left.
        }

        await second.DisposeAsync();
        await owner.RunAsync("COMMIT");
        Assert.That(await Until.Ends(waiting.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}")), Is.Zero);
        Assert.That(await waiting.RunAsync($"INSERT INTO {table} VALUES (1)"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_lease_that_waits_can_be_cancelled_and_times_out_with_the_reasons()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2");
        var floating = await OpenAsync(source);
        Assert.That(await floating.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        var owner = await OpenAsync(source);
        await owner.RunAsync("START TRANSACTION");
        var waiting = await OpenAsync(source);
        using var stop = new CancellationTokenSource();
        await using var begin = waiting.Command("START TRANSACTION");
        var cancelled = begin.ExecuteNonQueryAsync(stop.Token);
        await stop.CancelAsync();
        await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(cancelled));

        await using var command = waiting.Command("START TRANSACTION");
        command.CommandTimeout = 1;
        var error = await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteNonQueryAsync()));

        Assert.That(error.IsTransient, Is.True);
        Assert.That(error.OutcomeUnknown, Is.False);
        Assert.That(error.Message, Does.Contain("Transaction 1").And.Contain("Max Links"));
        Assert.That(await floating.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1), "floating goes on");
        await owner.RunAsync("COMMIT");
        await waiting.RunAsync("START TRANSACTION");
        Assert.That(waiting.PinReasons, Is.EqualTo(PinReasons.Transaction));
    }

    [Test]
    public async Task A_first_statement_that_is_cancelled_before_it_was_sent_leaves_the_transaction_begun_and_the_handle_usable()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2");
        var floating = await OpenAsync(source);
        Assert.That(await floating.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        var owner = await OpenAsync(source);
        await owner.RunAsync("START TRANSACTION");
        var waiting = await OpenAsync(source);
        using var stop = new CancellationTokenSource();
        var transaction = await waiting.BeginTransactionAsync(stop.Token);
        await using var first = waiting.Command("SELECT 1");
        var cancelled = first.ExecuteScalarAsync(stop.Token);
        await stop.CancelAsync();
        await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(cancelled));
        Assert.That(waiting.PinReasons, Is.EqualTo(PinReasons.Transaction));
        await transaction.RollbackAsync();
        Assert.That(waiting.PinReasons, Is.EqualTo(PinReasons.None));

        await using var command = waiting.Command("START TRANSACTION");
        command.CommandTimeout = 1;
        var error = await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteNonQueryAsync()));

        Assert.That(error.IsTransient, Is.True);
        Assert.That(error.OutcomeUnknown, Is.False);
        Assert.That(error.Message, Does.Contain("Transaction 1").And.Contain("Max Links"));
        Assert.That(await floating.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1), "floating goes on");
        await owner.RunAsync("COMMIT");
        await waiting.RunAsync("START TRANSACTION");
        Assert.That(waiting.PinReasons, Is.EqualTo(PinReasons.Transaction));
    }

    [Test]
    public async Task A_time_out_inside_a_transaction_never_goes_on_outside_of_it()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync();
        await handle.RunAsync("START TRANSACTION");
        await handle.RunAsync($"INSERT INTO {table} VALUES (1)");
        await using var command = handle.Command(Long);
        command.CommandTimeout = 1;
        await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteScalarAsync()));

        // Either still pinned to the busy link, or broken; but never on another link as if nothing had happened.
        await using var insert = handle.Command($"INSERT INTO {table} VALUES (2)");
        insert.CommandTimeout = 1;
        try
        {
            await Until.Ends(insert.ExecuteNonQueryAsync());
        }
        catch (Exception e) when (e is MuxException or InvalidOperationException)
        {
            TestContext.Out.WriteLine(e.Message);
        }

        Assert.That(await (await OpenAsync()).ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        handle.Close();
        await handle.OpenAsync();
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));    }

    [Test]
    public async Task Hundreds_of_cancelled_statements_leave_the_others_right()
    {
        var source = NewSource("Max Shared Links=1");
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 60).Select(async h =>
        {
            await using var handle = await source.OpenConnectionAsync();
            for (var i = 0; i < 20; i++)
            {
                using var stop = new CancellationTokenSource();
                await using var command = handle.Command("SELECT @h * 1000 + @i", ("h", h), ("i", i));
                var answer = command.ExecuteScalarAsync(stop.Token);
                if ((h + i) % 3 == 0)
                    await stop.CancelAsync();
                try
                {
                    Assert.That(Convert.ToInt64(await answer, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(h * 1000 + i));
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                }
            }
        })));
    }

    [Test]
    public async Task The_connection_time_out_ends_opening()
    {
        // A port that takes connections and never says a word.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var source = NewSource($"Server=127.0.0.1;Port={port};Connection Timeout=1");

        var error = await Sql.MuxFailureOf(() => Until.Ends(source.OpenConnectionAsync().AsTask()));

        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.UnableToConnectToHost));
        Assert.That(error.IsTransient, Is.True);
    }

    [Test]
    public async Task The_connection_time_out_says_that_the_server_is_silent_and_not_that_links_are_in_use()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var source = NewSource($"Server=127.0.0.1;Port={port};Connection Timeout=1");
        var error = await Sql.MuxFailureOf(() => Until.Ends(source.OpenConnectionAsync().AsTask()));
        Assert.That(error.Message, Does.Contain("Connection Timeout").And.Not.Contain("Max Links"));
    }

    [Test]
    public async Task A_transaction_whose_statement_timed_out_gives_its_locks_back_when_the_handle_closes()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync();
        await handle.RunAsync("START TRANSACTION");
        await handle.RunAsync($"INSERT INTO {table} VALUES (1)");
        await using var command = handle.Command("SELECT SLEEP(300)");
        command.CommandTimeout = 1;
        await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteScalarAsync()));
        handle.Close();
        await Until.Holds("the row is not locked any more", async () =>
        {
            try
            {
                await Server.AdminAsync($"SELECT id FROM {Schema}.{table} WHERE id = 1 FOR UPDATE NOWAIT");
                return true;
            }
            catch (MuxException error) when (error.Number is 1205 or 3572)
            {
                return false;
            }
        });
    }

    private Task RunsAsync(string mark) => Until.Holds($"the server runs the statement '{mark}'", async () =>
        await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%{Schema} {mark}%' AND INFO NOT LIKE '%PROCESSLIST%'") > 0);

    /// <summary>Others on the same links, who keep asking.</summary>
    private sealed class Neighbours
    {
        private readonly Task[] _tasks;
        private volatile bool _stop;

        public Neighbours(MuxDataSource source) => _tasks = [.. Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            await using var handle = await source.OpenConnectionAsync();
            for (var n = 0; n < 50 || !_stop; n++)
                Assert.That(await handle.ScalarAsync<int>("SELECT @n", ("n", n)), Is.EqualTo(n));
        }))];

        public Task FlowedAsync()
        {
            _stop = true;
            return Until.Ends(Task.WhenAll(_tasks));
        }
    }
}
