using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// A MySQL or MariaDB server that a test scripts, watches and breaks. It speaks the protocol on loopback TCP or a Unix
/// socket, knows just enough SQL for a client to log in and set up its session, and answers the rest as the test says.
/// It works on threads of its own, never on the thread pool. Any thread may use it.
/// </summary>
public sealed partial class FakeServer : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly SignalBoard _board = new();
    private readonly Listener _listener;

    // Serialises starting and stopping.
    private readonly Lock _listening = new();

    // All guarded by the board.
    private readonly List<ServerConnection> _connections = [];
    private readonly List<ReceivedCommand> _received = [];
    private readonly List<FakeLogin> _logins = [];
    private readonly List<string> _violations = [];
    private readonly List<FakeFile> _files = [];
    private readonly List<FakeHold> _holds = [];
    private readonly List<FakeHold> _loginHolds = [];
    private readonly List<Func<FakeSession, CommandCode, string, FakeReply?>> _handlers = [];
    private readonly HashSet<string> _cachedPasswords = new(StringComparer.Ordinal);
    private int _accepted;
    private long _segments;
    private int _abandoned;
    private long _bytesReceived;
    private long _bytesSent;
    private int _mergeReplies;
    private bool _isDisposed;

    /// <summary>Starts a server.</summary>
    /// <param name="options">What it is like; null for a MariaDB.</param>
    public FakeServer(FakeServerOptions? options = null)
    {
        Options = options ?? FakeServerOptions.MariaDb;
        Faults = new Faults(_board);
        _listener = new Listener(Options.UsesUnixSocket, Options.SocketBufferSize, Accept);
    }

    public FakeServerOptions Options { get; }

    public string Host => "127.0.0.1";

    /// <summary>The port; it stays the same over <see cref="Stop"/> and <see cref="Restart"/>. 0 on a Unix socket.</summary>
    public int Port => _listener.Port;

    /// <summary>The RSA key under which passwords come without TLS, PEM; the same for all servers of a process.</summary>
    public static string PublicKeyPem => ServerLogin.PublicKeyPem;

    /// <summary>The Unix socket's path; null on TCP.</summary>
    public string? UnixSocketPath => _listener.UnixSocketPath;

    // ---- What was seen.

    /// <summary>Bytes of the protocol received, inside TLS where there is TLS.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Bytes of the protocol sent (or about to be), inside TLS where there is TLS.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public int ConnectionsAccepted => _board.Read(() => _accepted);

    /// <summary>Connections that neither side has ended.</summary>
    public int OpenConnections => OpenConnectionIds.Count;

    public IReadOnlyList<int> OpenConnectionIds => _board.Read(() => _connections.Where(connection => !connection.IsClosed).Select(connection => connection.Id).ToList());

    /// <summary>All commands, in the order in which they came; a copy.</summary>
    public IReadOnlyList<ReceivedCommand> Received => _board.Read(() => _received.ToList());

    /// <summary>The texts of all queries, in the order in which they came; a copy.</summary>
    public IReadOnlyList<string> Queries => _board.Read(() => _received.Where(command => command.Code == CommandCode.Query).Select(command => command.Text).ToList());

    /// <summary>All logins, refused ones too; a copy.</summary>
    public IReadOnlyList<FakeLogin> Logins => _board.Read(() => _logins.ToList());

    /// <summary>The files that were asked for, in the order in which they ended; a copy.</summary>
    public IReadOnlyList<FakeFile> Files => _board.Read(() => _files.ToList());

    /// <summary>Where clients broke the protocol, and where a handler threw; a copy.</summary>
    public IReadOnlyList<string> Violations => _board.Read(() => _violations.ToList());

    /// <summary>Commands on open connections that were not answered yet.</summary>
    public int UnansweredCommands => _board.Read(() => _connections.Sum(connection => connection.Unanswered));

    /// <summary>Commands whose client closed the connection before they were answered.</summary>
    public int AbandonedCommands => _board.Read(() => _abandoned);

    internal Faults Faults { get; }

    // ---- What it answers.

    /// <summary>Answers queries. The handler added last is asked first; null passes the query on, at last to the defaults.</summary>
    /// <param name="handler">From the text to the reply. Runs on the connection's thread.</param>
    public void OnQuery(Func<string, FakeReply?> handler) => OnQuery((_, text) => handler(text));

    /// <inheritdoc cref="OnQuery(Func{string, FakeReply})"/>
    public void OnQuery(Func<FakeSession, string, FakeReply?> handler) =>
        OnCommand((session, code, text) => code == CommandCode.Query ? handler(session, text) : null);

    /// <summary>Answers one query.</summary>
    public void OnQuery(string text, FakeReply reply) => OnQuery(asked => asked == text ? reply : null);

    /// <summary>Answers commands of any kind but COM_QUIT.</summary>
    public void OnCommand(Func<FakeSession, CommandCode, string, FakeReply?> handler) => _board.Update(() => _handlers.Insert(0, handler));

    /// <summary>Whether caching_sha2_password knows a user's password, so that a login is fast.</summary>
    public bool IsPasswordCached(string user) => _board.Read(() => _cachedPasswords.Contains(user));

    /// <summary>Makes the user's next login with caching_sha2_password a fast one.</summary>
    public void CachePassword(string user) => _board.Update(() => _cachedPasswords.Add(user));

    /// <summary>Makes the next logins with caching_sha2_password send the whole password.</summary>
    public void ForgetPasswords() => _board.Update(_cachedPasswords.Clear);

    // ---- Waiting.

    /// <summary>Waits until so many commands have come (that match).</summary>
    /// <exception cref="TimeoutException">They did not within 30 seconds.</exception>
    public Task WaitForCommandsAsync(int count, Func<ReceivedCommand, bool>? which = null) =>
        _board.WaitUntilAsync(() => _received.Count(which ?? (_ => true)) >= count, () => $"{count} commands; {Describe()}", s_limit);

    /// <inheritdoc cref="WaitForCommandsAsync"/>
    public void WaitForCommands(int count, Func<ReceivedCommand, bool>? which = null) =>
        _board.WaitUntil(() => _received.Count(which ?? (_ => true)) >= count, () => $"{count} commands; {Describe()}", s_limit);

    /// <summary>Waits until something holds that this server can see (of its own members).</summary>
    /// <exception cref="TimeoutException">It did not within 30 seconds.</exception>
    public Task WaitUntilAsync(Func<FakeServer, bool> holds, string what) =>
        _board.WaitUntilAsync(() => holds(this), () => $"{what}; {Describe()}", s_limit);

    /// <summary>Waits until so many connections are open.</summary>
    public Task WaitForConnectionsAsync(int count) => WaitUntilAsync(server => server.OpenConnections == count, $"{count} open connections");

    // ---- Gates.

    /// <summary>Holds all replies back.</summary>
    /// <returns>What releases them; see also <see cref="Release"/>.</returns>
    public FakeHold Hold() => HoldCommands(_ => true, "all replies");

    /// <summary>Holds the replies to queries back that match.</summary>
    public FakeHold Hold(Func<string, bool> matches) =>
        HoldCommands(command => command.Code == CommandCode.Query && matches(command.Text), "some replies");

    /// <summary>Holds the replies to queries back that contain a text.</summary>
    public FakeHold Hold(string part) =>
        HoldCommands(command => command.Code == CommandCode.Query && command.Text.Contains(part, StringComparison.Ordinal), $"replies to '{part}'");

    /// <summary>Holds the replies to commands of any kind back that match.</summary>
    public FakeHold HoldCommands(Func<ReceivedCommand, bool> matches, string what = "some commands") => AddHold(_holds, matches, what);

    /// <summary>Holds new connections before their greeting.</summary>
    public FakeHold HoldLogins() => AddHold(_loginHolds, _ => true, "the greeting");

    /// <summary>Stops in the middle of what is sent, after so many bytes from now on, until released.</summary>
    /// <param name="bytesSent">How many bytes are still sent.</param>
    /// <param name="connectionId">By which connection; null for the one that gets there.</param>
    public FakeHold HoldAfter(long bytesSent, int? connectionId = null)
    {
        var hold = AddHold(_holds, _ => false, $"byte {bytesSent}");
        Faults.HoldAfter(bytesSent, connectionId, hold);
        return hold;
    }

    /// <summary>Releases everything that is held.</summary>
    public void Release()
    {
        foreach (var hold in _board.Read(() => _holds.Concat(_loginHolds).ToList()))
            hold.Release();
    }

    // ---- Faults.

    /// <summary>How new connections are met.</summary>
    public FakeWelcome Welcome { get; set; }

    /// <summary>Where new connections are sent at the end of their login; null for nowhere.</summary>
    public Func<string>? RedirectUrl { get; set; }

    /// <summary>The most bytes of one write; 0 for no limit.</summary>
    public int SplitWrites { get; set; }

    /// <summary>How many replies of a connection gather before they are sent in one write; less than 2 for none.</summary>
    public int MergeReplies
    {
        get => Volatile.Read(ref _mergeReplies);
        set
        {
            Volatile.Write(ref _mergeReplies, value);
            if (value > 1)
                return;
            foreach (var connection in _board.Read(() => _connections.Where(connection => !connection.IsClosed).ToList()))
                Quietly(connection.SendMerged);
        }
    }

    /// <summary>Whether only the first command of what one read brings is seen at all, as Aurora 2 does it.</summary>
    public bool DropsAllButFirstOfSegment { get; set; }

    /// <summary>Ends the connection that has sent so many bytes from now on, at exactly that byte; once.</summary>
    /// <param name="bytesSent">How many bytes are still sent; 0 ends it in place of the next byte.</param>
    /// <param name="connectionId">Which connection; null for the one that gets there.</param>
    public void CutAfter(long bytesSent, int? connectionId = null) => Faults.CutAfter(bytesSent, connectionId);

    /// <summary>Makes the next reply skip a sequence number.</summary>
    /// <param name="packet">From which of its packets on, from 0.</param>
    public void SkipSequence(int packet = 0) => Faults.SkewNext(1, packet);

    /// <summary>Makes the next reply repeat a sequence number.</summary>
    /// <param name="packet">From which of its packets on, from 0.</param>
    public void RepeatSequence(int packet = 0) => Faults.SkewNext(-1, packet);

    /// <summary>Sends an ERR that answers nothing, with sequence number 0, as a server does before it closes.</summary>
    public void SendUnsolicitedError(int connectionId, ushort code = 4031, string state = "HY000", string message = "The client was disconnected by the server because of inactivity.")
    {
        if (Find(connectionId) is { } connection)
            Quietly(() => connection.SendUnsolicited(new ErrPacket(code, state, message)));
    }

    /// <summary>Ends a connection.</summary>
    /// <param name="connectionId">Which.</param>
    /// <param name="reset">Whether with a reset, which may destroy what the client has not read yet, instead of a plain end.</param>
    public void CloseConnection(int connectionId, bool reset = false) => Find(connectionId)?.Close(reset);

    /// <summary>Ends all connections.</summary>
    public void KillAll(bool reset = false)
    {
        foreach (var id in OpenConnectionIds)
            CloseConnection(id, reset);
    }

    /// <summary>Interrupts the command that runs on a connection, as <c>KILL QUERY</c> does: a held one fails with 1317.</summary>
    public void InterruptQuery(int connectionId) => Find(connectionId)?.Interrupt();

    /// <summary>Refuses new connections; those that are open stay. The port is kept.</summary>
    public void Stop()
    {
        lock (_listening)
            _listener.Stop();
    }

    /// <summary>Takes connections again at the same place.</summary>
    public void Restart()
    {
        lock (_listening)
            _listener.Start();
    }

    /// <summary>What there is, for messages.</summary>
    public string Describe() => _board.Read(() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_accepted} connections came, {OpenConnections} are open ({string.Join(' ', OpenConnectionIds.Select(id => $"#{id}"))}), {_received.Count} commands came, {UnansweredCommands} are unanswered; the last: {string.Join(" | ", _received.TakeLast(5))}"));

    /// <summary>Ends everything.</summary>
    public void Dispose()
    {
        lock (_listening)
        {
            if (_board.Update(() => _isDisposed || !(_isDisposed = true)))
                return;
            _listener.Dispose();
        }

        foreach (var connection in _board.Read(() => _connections.ToList()))
            connection.Shut(TimeSpan.FromSeconds(5));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void WaitUntil(Func<bool> holds, Func<string> what, TimeSpan limit) => _board.WaitUntil(holds, what, limit);

    internal void CountReceived(int count) => Interlocked.Add(ref _bytesReceived, count);

    internal void CountSent(int count) => Interlocked.Add(ref _bytesSent, count);

    internal void CountAbandoned(int count) => _abandoned += count;

    internal long NextSegment() => Interlocked.Increment(ref _segments);

    internal void Log(ReceivedCommand command) => _received.Add(command);

    internal void Log(FakeFile file) => _board.Update(() => _files.Add(file));

    internal void Log(FakeLogin login) => _board.Update(() => _logins.Add(login));

    internal void Violation(string what) => _board.Update(() => _violations.Add(what));

    internal void PassLoginHolds(int connectionId, Func<bool> isClosed)
    {
        foreach (var hold in _board.Read(() => _loginHolds.ToList()))
            hold.Pass(isClosed);
    }

    internal IReadOnlyList<FakeHold> HoldsFor(ReceivedCommand command) => _board.Read(() => _holds.Where(hold => hold.Matches(command)).ToList());

    /// <summary>The answer to a command: the newest handler that has one, or the default.</summary>
    internal FakeReply Answer(FakeSession session, ReceivedCommand command)
    {
        if (Handled(session, command.Code, command.Text) is { } reply)
            return reply;
        if (command.Code != CommandCode.Query)
            return DefaultAnswers.Command(session, command.Code, command.Text);

        var statements = SqlPieces.Split(command.Text, ';');
        if (statements.Count <= 1 || (session.Capabilities & CapabilityFlags.MultiStatements) == 0)
            return Statement(session, command.Text);
        var replies = new List<FakeReply>();
        foreach (var statement in statements)
        {
            replies.Add(Handled(session, CommandCode.Query, statement) ?? Statement(session, statement));
            if (replies[^1].Results.Any(result => result.Error is not null))
                break;
        }

        return FakeReply.Several([.. replies]);
    }

    private FakeReply Statement(FakeSession session, string text)
    {
        if (Kill().Match(text) is { Success: true } kill)
        {
            var id = int.Parse(kill.Groups["id"].Value, CultureInfo.InvariantCulture);
            if (Find(id) is null)
                return FakeReply.Error(1094, "HY000", $"Unknown thread id: {id}");
            if (kill.Groups["query"].Success)
                InterruptQuery(id);
            else
                CloseConnection(id);
            return FakeReply.Ok();
        }

        return DefaultAnswers.Statement(session, text)
            ?? FakeReply.Error(1064, "42000", $"The fake server has no answer to: {text}");
    }

    private FakeReply? Handled(FakeSession session, CommandCode code, string text)
    {
        foreach (var handler in _board.Read(() => _handlers.ToList()))
        {
            if (handler(session, code, text) is { } reply)
                return reply;
        }

        return null;
    }

    private FakeHold AddHold(List<FakeHold> holds, Func<ReceivedCommand, bool> matches, string what) => _board.Update(() =>
    {
        var hold = new FakeHold(_board, matches, what, lifted => _board.Update(() => holds.Remove(lifted)));
        holds.Add(hold);
        return hold;
    });

    private ServerConnection? Find(int connectionId) =>
        _board.Read(() => _connections.Find(connection => connection.Id == connectionId && !connection.IsClosed));

    private void Accept(Socket socket)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
            socket.NoDelay = true;
        var connection = _board.Update(() =>
        {
            if (_isDisposed)
                return null;
            var added = new ServerConnection(this, _board, socket, ++_accepted);
            _connections.Add(added);
            return added;
        });
        if (connection is null)
            socket.Dispose();
        else
            connection.Start();
    }

    private static void Quietly(Action send)
    {
        try
        {
            send();
        }
        catch (ConnectionEndedException)
        {
            // The client was faster.
        }
    }

    [GeneratedRegex(@"^\s*KILL\s+(?:(?:HARD|SOFT)\s+)?(?:CONNECTION\s+|(?<query>QUERY\s+))?(?<id>\d+)\s*;?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Kill();
}
