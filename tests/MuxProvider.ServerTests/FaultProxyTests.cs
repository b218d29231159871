using System.Collections.Concurrent;
using System.Data;
using MuxProvider.Testing;

namespace MuxProvider.ServerTests;

/// <summary>
/// A wire that breaks wherever it likes, between handles and a real server. An ordinary run takes 60 rounds and breaks the same way
/// every time; with the environment variable <c>MUX_ROUNDS</c> as many as it says, from another beginning on.
/// </summary>
internal sealed class FaultProxyTests : ServerFixture
{
    private const int Handles = 12;
    private const int Ordinary = 60;

    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("MUX_ROUNDS"), out var rounds) ? rounds : Ordinary;
    private static readonly int s_seed = s_rounds == Ordinary ? 0 : Environment.TickCount & 0xFFFFFFF;

    // All that is known of the writes, by handle and round.
    private readonly ConcurrentDictionary<(int Handle, int Round), string> _writes = new();

    [SetUp]
    public void Forget() => _writes.Clear();

    [TestCase("SslMode=None", 1000)]
    [TestCase("SslMode=None;Pipelining=false", 1000)]
    [TestCase("SslMode=Required", 6000)]
    public async Task Behind_a_wire_that_breaks_anywhere_answers_are_right_and_what_is_said_of_writes_is_true(string options, int leastBytes)
    {
        var table = await TableAsync("handle INT, round INT, word VARCHAR(40), KEY (handle, round)");
        var server = new MuxConnectionStringBuilder(Server.ConnectionString);
        var proxy = Keep(new FaultProxy("127.0.0.1", (int)server.Port, (id, way) => Fault(id, way, leastBytes)));
        var source = NewSource($"Server=127.0.0.1;Port={proxy.Port};Max Shared Links=3;{options}");

        await Until.Ends(Task.WhenAll(Enumerable.Range(0, Handles).Select(handle => Task.Run(() => WorkAsync(source, table, handle)))));

        TestContext.Out.WriteLine($"Seed {s_seed}; {proxy.ConnectionsAccepted} connections; writes: {string.Join(", ", _writes.Values.GroupBy(what => what).Select(group => $"{group.Count()} {group.Key}"))}");
        Assert.That(proxy.ConnectionsAccepted, Is.GreaterThan(4), "the wire broke");
        Assert.That(_writes.Values.Count(what => what == "done"), Is.GreaterThan(Handles), "work was done");
        var rows = await RowsAsync(table);
        Assert.That(rows.Values, Has.All.EqualTo(1), "nothing ran twice");
        Assert.That(_writes.Where(write => write.Value == "done" && !rows.ContainsKey(write.Key)), Is.Empty, "nothing that was answered is lost");
        Assert.That(_writes.Where(write => write.Value.StartsWith("not run", StringComparison.Ordinal) && rows.ContainsKey(write.Key)), Is.Empty, "nothing ran that was said not to");
        Assert.That(rows.Keys.Where(row => !_writes.ContainsKey(row)), Is.Empty, "nothing ran unsaid");
    }

    private async Task WorkAsync(MuxDataSource source, string table, int handle)
    {
        MuxConnection? connection = null;
        for (var round = 0; round < s_rounds; round++)
        {
            try
            {
                connection ??= await source.OpenConnectionAsync();
                await WriteAsync(connection, table, handle, round);
                _writes[(handle, round)] = "done";
                var word = await connection.ScalarAsync<string>($"SELECT word FROM {table} WHERE handle = @handle AND round = @round", ("handle", handle), ("round", round));
                Assert.That(word, Is.EqualTo($"{handle}/{round}"), "a handle reads what it wrote");
            }
            catch (Exception error) when (error is MuxException or InvalidOperationException)
            {
                _writes.TryAdd((handle, round), error is MuxException { OutcomeUnknown: true } ? "unknown" : $"not run: {error.Message}");
                if (connection is { State: not ConnectionState.Open })
                {
                    await connection.DisposeAsync();
                    connection = null;
                }
            }
        }

        if (connection is not null)
            await connection.DisposeAsync();
    }

    private static async Task WriteAsync(MuxConnection connection, string table, int handle, int round)
    {
        (string, object?)[] values = [("handle", handle), ("round", round), ("word", $"{handle}/{round}")];
        var text = $"INSERT INTO {table} VALUES (@handle, @round, @word)";
        if (round % 5 != 4)
        {
            Assert.That(await connection.RunAsync(text, values), Is.EqualTo(1));
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync();
        Assert.That(await connection.RunAsync(text, values), Is.EqualTo(1));
        await transaction.CommitAsync();
    }

    private async Task<Dictionary<(int Handle, int Round), int>> RowsAsync(string table)
    {
        await using var connection = await Source.OpenConnectionAsync();
        await using var command = connection.Command($"SELECT handle, round, COUNT(*) FROM {table} GROUP BY handle, round");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<(int, int), int>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetInt32(0), reader.GetInt32(1)), (int)reader.GetInt64(2));
        return rows;
    }

    // Each way of each connection ends somewhere, now and then within the login; every fourth comes in small pieces instead.
    private static WireFault? Fault(int id, WireDirection way, int leastBytes)
    {
        var random = new Random(s_seed + 2 * id + (int)way);
        return random.Next(4) == 0 ? new SplitFault(random.Next(1, 8)) : new CutFault(random.Next(leastBytes / 2, 8 * leastBytes), reset: random.Next(2) == 0);
    }
}
