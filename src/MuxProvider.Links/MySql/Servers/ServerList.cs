namespace MuxProvider.Links.MySql;

/// <summary>
/// The servers of a transport: how many links lead to each, which failed and when they may be tried again, what they were when they were
/// asked last. Any thread may use it.
/// </summary>
internal sealed class ServerList
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly ServerAddress[] _addresses;
    private readonly LoadBalance _balance;
    private readonly TargetSession _target;
    private readonly TimeProvider _clock;
    private readonly Random _random;

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly Entry[] _entries;
    private uint _turn;

    /// <summary>Creates the list.</summary>
    /// <param name="addresses">The servers.</param>
    /// <param name="balance">In which order they are tried.</param>
    /// <param name="target">To which of them links may lead.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">Where chance decides; also with which server the first link begins.</param>
    public ServerList(IReadOnlyList<ServerAddress> addresses, LoadBalance balance, TargetSession target, TimeProvider clock, Random random)
    {
        _addresses = [.. addresses];
        _balance = balance;
        _target = target;
        _clock = clock;
        _random = random;
        _entries = [.. _addresses.Select(static _ => new Entry())];

        // Otherwise every process of many would begin with the same server.
        _turn = (uint)random.Next(Math.Max(1, _addresses.Length));
    }

    /// <summary>How many there are.</summary>
    public int Count => _addresses.Length;

    /// <summary>To which of them links may lead.</summary>
    public TargetSession Target => _target;

    /// <summary>Where a server is.</summary>
    /// <param name="server">Its number.</param>
    public ServerAddress this[int server] => _addresses[server];

    /// <summary>The servers in the order in which a link tries them.</summary>
    /// <param name="preferred">The one to begin with; negative for none.</param>
    /// <returns>Their numbers.</returns>
    public int[] Order(int preferred)
    {
        lock (_gate)
        {
            var states = new ServerState[_entries.Length];
            for (var i = 0; i < states.Length; i++)
                states[i] = StateOf(_entries[i]);
            // Who wishes for a server takes no turn.
            return ServerOrder.Of(states, _balance, _target, preferred < 0 ? _turn++ : _turn, _random, preferred);
        }
    }

    /// <summary>What is known of a server.</summary>
    /// <param name="server">Its number.</param>
    /// <returns>A snapshot.</returns>
    public ServerState StateOf(int server)
    {
        lock (_gate)
            return StateOf(_entries[server]);
    }

    /// <summary>How well a server suits; see <see cref="IServerSet.RankOf"/>.</summary>
    /// <param name="server">Its number.</param>
    /// <returns>0 for the best.</returns>
    public int RankOf(int server)
    {
        lock (_gate)
            return RankCore(server);
    }

    /// <summary>A link was opened.</summary>
    /// <param name="server">To which server.</param>
    /// <param name="role">What it is.</param>
    public void Opened(int server, ServerRole role)
    {
        lock (_gate)
        {
            var entry = _entries[server];
            entry.Links++;
            entry.Failures = 0;
            entry.Pause = TimeSpan.Zero;
            entry.Role = role;
        }
    }

    /// <summary>A link that was opened is gone.</summary>
    /// <param name="server">To which server.</param>
    public void Closed(int server)
    {
        lock (_gate)
            _entries[server].Links--;
    }

    /// <summary>No link could be opened.</summary>
    /// <param name="server">To which server.</param>
    public void Failed(int server)
    {
        lock (_gate)
        {
            var entry = _entries[server];
            entry.Failures++;
            entry.Role = ServerRole.Unknown;
            Postpone(entry);
        }
    }

    /// <summary>A server was asked, or told of itself.</summary>
    /// <param name="server">Its number.</param>
    /// <param name="role">What it is.</param>
    /// <returns>Whether links to it may be kept.</returns>
    public bool Learned(int server, ServerRole role)
    {
        lock (_gate)
        {
            var entry = _entries[server];
            entry.Failures = 0;
            entry.Role = role;
            var fits = TargetRule.RankOf(_target, role) != TargetRule.Misfit;
            if (fits)
                entry.Pause = TimeSpan.Zero;
            else
                Postpone(entry);
            return fits;
        }
    }

    /// <summary>Which servers are worth a try now; see <see cref="IServerSet.TakeDue"/>.</summary>
    /// <returns>Their numbers.</returns>
    public IReadOnlyList<int> TakeDue()
    {
        List<int>? due = null;
        lock (_gate)
        {
            var best = int.MaxValue;
            for (var i = 0; i < _entries.Length; i++)
            {
                if (_entries[i].Links > 0)
                    best = Math.Min(best, RankCore(i));
            }

            for (var i = 0; i < _entries.Length; i++)
            {
                var entry = _entries[i];
                if (entry.Links > 0 || !IsWorthATry(i, best) || _clock.GetElapsedTime(entry.PausedAt) < entry.Pause)
                    continue;
                entry.PausedAt = _clock.GetTimestamp();
                (due ??= []).Add(i);
            }
        }

        return due ?? (IReadOnlyList<int>)[];
    }

    // A server that works and is not needed is left alone. One that takes changes is not looked for while there is one.
    private bool IsWorthATry(int server, int best)
    {
        var entry = _entries[server];
        if (entry.Failures > 0)
            return true;
        if (TargetRule.RankOf(_target, entry.Role) == TargetRule.Misfit)
            return _target != TargetSession.Primary;
        return RankCore(server) < best
            || (_target == TargetSession.PreferReplica && best >= _entries.Length && entry.Role == ServerRole.Primary);
    }

    private int RankCore(int server) =>
        TargetRule.RankOf(_target, _entries[server].Role) * _entries.Length + (_balance == LoadBalance.FailOver ? server : 0);

    // With every attempt in vain the next one comes later.
    private void Postpone(Entry entry)
    {
        entry.PausedAt = _clock.GetTimestamp();
        entry.Pause = entry.Pause == TimeSpan.Zero ? s_firstPause : entry.Pause + entry.Pause;
        if (entry.Pause > s_longestPause)
            entry.Pause = s_longestPause;
    }

    // Where nobody looks after it, a server that failed long ago is one like the others.
    private ServerState StateOf(Entry entry) =>
        new(entry.Links, entry.Failures > 0 && _clock.GetElapsedTime(entry.PausedAt) < entry.Pause + entry.Pause, entry.Role);

    private sealed class Entry
    {
        public int Links { get; set; }

        public int Failures { get; set; }

        public ServerRole Role { get; set; }

        public long PausedAt { get; set; }

        public TimeSpan Pause { get; set; }
    }
}
