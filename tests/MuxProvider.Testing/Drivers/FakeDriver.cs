using System.Data.Common;
using System.Globalization;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// A driver for MySQL without a server: its connections answer what the test says, one statement at a time, and complain where somebody runs
/// two at once. Any thread may use it.
/// </summary>
public sealed class FakeDriver : DbProviderFactory
{
    // Guards everything below; pulsed when it changes.
    private readonly object _gate = new();
    private readonly Dictionary<string, FakeReply> _answers = [];
    private readonly List<FakeDbConnection> _connections = [];
    private readonly List<string> _ran = [];
    private int _running;
    private bool _isHeld;
    private int _lastThread;

    /// <summary>The schemas that exist.</summary>
    public IReadOnlySet<string> Schemas { get; init; } = new HashSet<string> { "test", "other" };

    /// <summary>Whether connections have a ResetConnection that works.</summary>
    public bool CanReset { get; set; } = true;

    /// <summary>Whether connections make batches.</summary>
    public bool HasBatches { get; init; }

    /// <summary>What the server says its version is.</summary>
    public string Version { get; init; } = "8.4.0";

    /// <summary>The character set in which connections send texts.</summary>
    public string CharacterSet { get; init; } = "utf8mb4";

    /// <summary>What opening throws; null for nothing.</summary>
    public Exception? OpenFault { get; set; }

    /// <summary>Runs inside Close of a reader whose rows ended with an error; null for nothing.</summary>
    public Action? ClosingFailed { get; set; }

    /// <summary>Runs inside Open, on the thread of the one who opens; null for nothing.</summary>
    public Action? Opening { get; set; }

    /// <summary>All connections ever opened, in order; a copy.</summary>
    public IReadOnlyList<FakeDbConnection> Connections
    {
        get
        {
            lock (_gate)
                return [.. _connections];
        }
    }

    /// <summary>The texts that ran, in order, without those that links ask for themselves; a batch has its texts in one, with bars between them.</summary>
    public IReadOnlyList<string> Ran
    {
        get
        {
            lock (_gate)
                return [.. _ran];
        }
    }

    /// <inheritdoc/>
    public override bool CanCreateBatch => HasBatches;

    /// <summary>Says what a text is answered.</summary>
    public void Answer(string text, FakeReply reply)
    {
        lock (_gate)
            _answers[text] = reply;
    }

    /// <summary>Answers nothing from now on.</summary>
    public void Hold()
    {
        lock (_gate)
            _isHeld = true;
    }

    /// <summary>Answers what was held, and what comes.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _isHeld = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Loses all connections.</summary>
    public void Break()
    {
        lock (_gate)
        {
            foreach (var connection in _connections)
                connection.Lose();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until so many statements run.</summary>
    public Task WaitUntilRunningAsync(int statements) => Task.Factory.StartNew(
        () =>
        {
            lock (_gate)
            {
                while (_running < statements)
                {
                    if (!Monitor.Wait(_gate, TimeSpan.FromSeconds(60)))
                        throw new TimeoutException($"{_running} of {statements} statements run.");
                }
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new FakeDbConnection(this);

    internal int Opened(FakeDbConnection connection)
    {
        Opening?.Invoke();
        if (OpenFault is { } fault)
            throw fault;
        lock (_gate)
        {
            _connections.Add(connection);
            return ++_lastThread;
        }
    }

    /// <summary>Runs a text and gives its answer.</summary>
    internal FakeReply Run(FakeDbConnection connection, string text)
    {
        if (Own(connection, text) is { } own)
            return own;
        Wait(connection, text);
        return Answered(text);
    }

    /// <summary>Runs the texts of a batch.</summary>
    internal List<FakeReply> RunTogether(FakeDbConnection connection, IReadOnlyList<string> texts)
    {
        Wait(connection, string.Join('|', texts));
        return [.. texts.Select(Answered)];
    }

    private FakeReply Answered(string text)
    {
        lock (_gate)
            return _answers.TryGetValue(text, out var answer) ? answer : FakeReply.Error(1064, "42000", $"Nobody said what '{text}' is answered.");
    }

    private void Wait(FakeDbConnection connection, string text)
    {
        lock (_gate)
        {
            _ran.Add(text);
            _running++;
            Monitor.PulseAll(_gate);
            while (_isHeld && !connection.IsLost)
                Monitor.Wait(_gate);
            _running--;
        }

        connection.ThrowIfLost();
    }

    // What any server answers.
    private FakeReply? Own(FakeDbConnection connection, string text)
    {
        if (text.StartsWith("SELECT @@sql_mode", StringComparison.Ordinal))
        {
            return FakeReply.Rows(
                [.. Enumerable.Range(0, 11).Select(i => $"c{i}")],
                ["", "16777216", connection.Thread.ToString(CultureInfo.InvariantCulture), "host", "3306", "1", CharacterSet, "60", Version, connection.Schema, "1"]);
        }

        if (text.StartsWith("SET ", StringComparison.Ordinal))
        {
            lock (_gate)
            {
                if (_answers.TryGetValue(text, out var answer))
                    return answer;
                _ran.Add(text);
            }

            const string Id = "last_insert_id=";
            var start = text.IndexOf(Id, StringComparison.Ordinal);
            if (start >= 0)
                connection.GeneratedId = ulong.Parse(text[(start + Id.Length)..], CultureInfo.InvariantCulture);
            return FakeReply.Ok();
        }

        return text switch
        {
            "SELECT 1" => FakeReply.Scalar("1"),
            "SELECT CURRENT_ROLE()" => FakeReply.Scalar("NONE"),
            "SELECT DATABASE(), @@sql_mode, @@autocommit" => FakeReply.Rows(["a", "b", "c"], [connection.Schema, "", "1"]),
            "SELECT LAST_INSERT_ID()" => FakeReply.Scalar(connection.GeneratedId),
            "SHOW WARNINGS" => FakeReply.Rows(["Level", "Code", "Message"]),
            _ => null,
        };
    }
}
