namespace MuxProvider.Twin;

/// <summary>
/// One of the twins: schemas of its own, and the links that programs run on. Runs one program at a time. The links stay from
/// program to program, so that what one leaves behind meets the next.
/// </summary>
internal sealed class Side : IDisposable
{
    // Many programs have options, and so links, of their own: those that idle must not use up the server's connections.
    private const int IdleSeconds = 5;

    private readonly string _connectionString;
    private readonly bool _isShared;
    private readonly string? _provider;
    private readonly MuxDataSource _adminSource;
    private readonly Dictionary<string, MuxDataSource> _sources = [];
    private MuxConnection? _admin;
    private long _alarmsOfOldLinks;

    /// <summary>Creates a side; nothing is connected yet.</summary>
    /// <param name="connectionString">The server, and a user who may do everything.</param>
    /// <param name="tag">What the names of its schemas and locks begin with.</param>
    /// <param name="isShared">Whether its handles share links; otherwise each has a fresh connection.</param>
    /// <param name="provider">The provider that its links run over; null for links of our own.</param>
    public Side(string connectionString, string tag, bool isShared, string? provider)
    {
        _provider = provider;
        _connectionString = connectionString;
        _isShared = isShared;
        Tag = tag;
        _adminSource = MuxDataSource.Create(With("Multiplexing=false;Database=;Default Command Timeout=60"));
    }

    /// <summary>What the names of its schemas and locks begin with.</summary>
    public string Tag { get; }

    /// <summary>Whether its handles share links.</summary>
    public bool IsShared => _isShared;

    /// <summary>Floating statements that were found to have changed the session.</summary>
    public long Alarms => _alarmsOfOldLinks + _sources.Values.Sum(LeakAlarms.Of);

    /// <summary>Makes schemas, tables and routines.</summary>
    /// <param name="server">The server: one flag.</param>
    /// <returns>When they are there.</returns>
    public async Task SetUpAsync(Servers server)
    {
        _admin = await _adminSource.OpenConnectionAsync();
        foreach (var text in StageTexts.SetUp(Names(0), server))
            await AdministerAsync(text);
    }

    /// <summary>Drops what <see cref="SetUpAsync"/> made.</summary>
    /// <returns>When it is gone.</returns>
    public async Task TearDownAsync()
    {
        Renew();
        var dropped = new List<string> { Names(0).Main, Names(0).Other };
        dropped.AddRange(Enumerable.Range(0, StageTexts.Handles).Select(handle => FormattableString.Invariant($"{Tag}_own{handle}")));
        foreach (var schema in dropped)
            await AdministerAsync($"DROP DATABASE IF EXISTS {schema}");
    }

    /// <summary>Runs a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="baseId">The last id before those that are generated.</param>
    /// <param name="skipped">For each turn an answer to take for granted, or null: then the step is not made.</param>
    /// <returns>The answers, in the order of the program's turns; behind them what the tables hold in the end.</returns>
    public async Task<Answer[]> RunAsync(TwinProgram program, long baseId, Answer?[] skipped)
    {
        var names = Names(baseId);
        if (StageTexts.Reset(names, program.Tables) is { Length: > 0 } reset)
            await AdministerAsync(reset);
        var source = Source(program);
        var answers = program.IsConcurrent ? await RunAtOnceAsync(source, program, names, skipped) : await RunInTurnAsync(source, program, names, skipped);
        return [.. answers, await ReadTablesAsync(program, names)];
    }

    /// <summary>Closes all links: the next program gets fresh ones.</summary>
    public void Renew()
    {
        _alarmsOfOldLinks = Alarms;
        foreach (var source in _sources.Values)
            source.Dispose();
        _sources.Clear();
    }

    /// <summary>The names of a run.</summary>
    /// <param name="baseId">The last id before those that are generated.</param>
    /// <returns>The names.</returns>
    public RunNames Names(long baseId) => new(Tag, baseId);

    /// <inheritdoc/>
    public void Dispose()
    {
        Renew();
        _admin?.Dispose();
        _adminSource.Dispose();
    }

    private async Task<Answer> ReadTablesAsync(TwinProgram program, RunNames names)
    {
        var answer = new AnswerText();
        if (StageTexts.Read(names, program.Tables) is { Length: > 0 } text)
        {
            using var command = _admin!.CreateCommand();
            command.CommandText = text;
            using var reader = await command.ExecuteReaderAsync();
            await answer.ReadAsync(reader, isBlocking: false);
        }

        return new Answer(answer.ToString(names), IsRejected: false);
    }

    private async Task<Answer[]> RunInTurnAsync(MuxDataSource source, TwinProgram program, RunNames names, Answer?[] skipped)
    {
        var actors = new Dictionary<int, Actor>();
        try
        {
            foreach (var handle in program.Handles())
                actors.Add(handle, await OpenAsync(source, program, names));
            var answers = new Answer[program.Turns.Length];
            for (var i = 0; i < answers.Length; i++)
                answers[i] = skipped[i] ?? await actors[program.Turns[i].Handle].ActAsync(program.Turns[i].Step);
            return answers;
        }
        finally
        {
            foreach (var actor in actors.Values)
                actor.Dispose();
        }
    }

    private async Task<Answer[]> RunAtOnceAsync(MuxDataSource source, TwinProgram program, RunNames names, Answer?[] skipped)
    {
        var answers = new Answer[program.Turns.Length];
        await Task.WhenAll(program.Handles().ToArray().Select(handle => Task.Run(async () =>
        {
            using var actor = await OpenAsync(source, program, names);
            for (var i = 0; i < answers.Length; i++)
                if (program.Turns[i].Handle == handle)
                    answers[i] = skipped[i] ?? await actor.ActAsync(program.Turns[i].Step);
        })));
        return answers;
    }

    private async Task<Actor> OpenAsync(MuxDataSource source, TwinProgram program, RunNames names)
    {
        var actor = new Actor(await source.OpenConnectionAsync(), names, _isShared);
        if (program.Listens)
            actor.Listen();
        return actor;
    }

    private MuxDataSource Source(TwinProgram program)
    {
        var options = (program.HasSchema ? $"Database={Names(0).Main};" : "Database=;")
            + (_isShared ? $"{program.Options};Connection Idle Timeout={IdleSeconds}" : "Multiplexing=false;Pooling=false;Stream Results Above=0");
        if (!_sources.TryGetValue(options, out var source))
            _sources.Add(options, source = MuxDataSource.Create(Underneath.Over(_provider, With("Max Links=60;Default Command Timeout=20;" + options))));
        return source;
    }

    private string With(string options)
    {
        var builder = new MuxConnectionStringBuilder(_connectionString)
        {
            ApplicationName = Tag,
            AllowUserVariables = true,
            AllowPublicKeyRetrieval = true,
            SslMode = MuxSslMode.None,
            ConnectionTimeout = 60,
        };
        foreach (var option in options.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            builder[option[..equals]] = option[(equals + 1)..];
        }

        return builder.ConnectionString;
    }

    private async Task AdministerAsync(string text)
    {
        using var command = _admin!.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
