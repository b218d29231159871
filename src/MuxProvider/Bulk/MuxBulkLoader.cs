using System.Data;
using System.Globalization;
using System.Text;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>
/// Loads a file or a stream into a table with <c>LOAD DATA</c>. A closed connection is opened meanwhile. Used by one caller at a time.
/// </summary>
/// <param name="connection">The connection, open or closed.</param>
public sealed class MuxBulkLoader(MuxConnection connection)
{
    private readonly MuxConnection _connection = connection ?? throw new ArgumentNullException(nameof(connection));
    private int _timeout;

    /// <summary>The character set of the data (<c>utf8mb4</c>); "" for the server's default.</summary>
    public string CharacterSet { get; set; } = "";

    /// <summary>The columns that the fields go to, without quotes, or variables (<c>@v</c>) for <see cref="Expressions"/>; none for all columns in order.</summary>
    public List<string> Columns { get; } = [];

    /// <summary>What happens to rows whose key is there already.</summary>
    public MuxBulkLoaderConflictOption ConflictOption { get; set; }

    /// <summary>The character in front of one that is meant as it is; null for the server's default, a backslash.</summary>
    public string? EscapeCharacter { get; set; }

    /// <summary>Assignments (<c>`price` = @p * 100</c>) that are made for every row.</summary>
    public List<string> Expressions { get; } = [];

    /// <summary>The character around fields; null for none.</summary>
    public string? FieldQuotationCharacter { get; set; }

    /// <summary>Whether only some fields have the character around them.</summary>
    public bool FieldQuotationOptional { get; set; }

    /// <summary>What stands between fields; null for the server's default, a tab.</summary>
    public string? FieldTerminator { get; set; }

    /// <summary>The file: of this computer where <see cref="Local"/>, otherwise of the server.</summary>
    public string? FileName { get; set; }

    /// <summary>What rows begin with; null for nothing.</summary>
    public string? LinePrefix { get; set; }

    /// <summary>What rows end with; null for the server's default, a line feed.</summary>
    public string? LineTerminator { get; set; }

    /// <summary>Whether the data is here, as by default, and not on the server. Needs <c>Allow Load Local Infile=true</c>.</summary>
    public bool Local { get; set; } = true;

    /// <summary>How many lines at the beginning are no rows.</summary>
    public int NumberOfLinesToSkip { get; set; }

    /// <summary>How the statement gets along with readers of the table.</summary>
    public MuxBulkLoaderPriority Priority { get; set; }

    /// <summary>The data, in place of a file; read from where it is, and left open.</summary>
    public Stream? SourceStream { get; set; }

    /// <summary>The table as SQL names it: quoted where it has to be, with a schema where it needs one.</summary>
    public string TableName { get; set; } = "";

    /// <summary>How long loading may take, in seconds; 0 for ever, as by default.</summary>
    public int Timeout
    {
        get => _timeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeout = value;
        }
    }

    /// <summary>Loads the data.</summary>
    /// <returns>The rows that the server says it inserted; a row that was replaced counts twice.</returns>
    /// <exception cref="InvalidOperationException">A property is missing or contradicts another one.</exception>
    /// <exception cref="NotSupportedException">Local data is not allowed by the connection string.</exception>
    /// <exception cref="MuxException">The server refused it, or the outcome is unknown.</exception>
    /// <exception cref="IOException">The file cannot be read. What the stream throws passes, too; then nothing is kept.</exception>
    public int Load() => Blocking.Run(this, static loader => loader.LoadCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="Load"/>
    /// <param name="cancellationToken">Ends it; then nothing is kept, as far as the table's engine has transactions.</param>
    public Task<int> LoadAsync(CancellationToken cancellationToken = default) => LoadCoreAsync(cancellationToken).AsTask();

    private async ValueTask<int> LoadCoreAsync(CancellationToken cancellationToken)
    {
        Check();
        cancellationToken.ThrowIfCancellationRequested();
        if (_connection.State != ConnectionState.Closed)
            return await LoadOpenAsync(cancellationToken).ConfigureAwait(false);
        await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await LoadOpenAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _connection.CloseAsync().ConfigureAwait(false);
        }
    }

    private void Check()
    {
        if (string.IsNullOrWhiteSpace(TableName))
            throw new InvalidOperationException("TableName is not set.");
        if (string.IsNullOrEmpty(FileName) == SourceStream is null)
            throw new InvalidOperationException("Exactly one of FileName and SourceStream must be set.");
        if (SourceStream is not null && !Local)
            throw new InvalidOperationException("A SourceStream is local data: set Local to true.");
        if (NumberOfLinesToSkip < 0)
            throw new InvalidOperationException("NumberOfLinesToSkip is negative.");
        if (CharacterSet.Any(static character => !char.IsAsciiLetterOrDigit(character) && character != '_'))
            throw new InvalidOperationException($"'{CharacterSet}' is no character set.");
    }

    private async ValueTask<int> LoadOpenAsync(CancellationToken cancellationToken)
    {
        var conversation = _connection.Conversation;
        if (Local && !conversation.Settings.AllowsLocalFiles)
            throw new NotSupportedException("Loading local data needs Allow Load Local Infile=true in the connection string.");
        var statement = new BulkStatement(_connection, conversation.DeadlineIn(_timeout));

        // The source has to hear of the end of the time, too.
        using var timer = BulkTimer.Start(conversation.Settings.HasCommandTimeouts ? _timeout : 0, conversation.Settings.Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            if (Local)
                await LoadLocalAsync(statement, stop.Token).ConfigureAwait(false);
            else
                await RunAsync(statement, FileName!, null, stop.Token).ConfigureAwait(false);
            return (int)Math.Min(statement.AffectedRows, int.MaxValue);
        }
        catch (OperationCanceledException cancelled) when (stop.IsCancellationRequested)
        {
            throw BulkTimer.Over("loading", _timeout, cancelled, cancellationToken);
        }
        finally
        {
            conversation.TellNews();
        }
    }

    private async ValueTask LoadLocalAsync(BulkStatement statement, CancellationToken cancellationToken)
    {
        var file = SourceStream is { } stream ? new StreamFile(stream, leaveOpen: true) : StreamFile.Open(FileName!);
        await using (file.ConfigureAwait(false))
        {
            // A transaction of its own is not needed: half a file ends with the link.
            var data = new SingleLocalData(file);
            var scope = await BulkScope.BeginAsync(_connection, mayBegin: false, cancellationToken).ConfigureAwait(false);
            try
            {
                await RunAsync(statement, data.Name, data, cancellationToken).ConfigureAwait(false);
                await scope.KeepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await scope.UndoAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private ValueTask RunAsync(BulkStatement statement, string name, ILocalData? data, CancellationToken cancellationToken)
    {
        var values = new List<object?> { name };
        return statement.RunAsync(Text(values), values, data, cancellationToken);
    }

    private string Text(List<object?> values)
    {
        var text = new StringBuilder("LOAD DATA ");
        text.Append(Priority switch { MuxBulkLoaderPriority.Low => "LOW_PRIORITY ", MuxBulkLoaderPriority.Concurrent => "CONCURRENT ", _ => "" });
        text.Append(Local ? "LOCAL INFILE ? " : "INFILE ? ");
        text.Append(ConflictOption switch { MuxBulkLoaderConflictOption.Replace => "REPLACE ", MuxBulkLoaderConflictOption.Ignore => "IGNORE ", _ => "" });
        text.Append("INTO TABLE ").Append(TableName);
        if (CharacterSet.Length > 0)
            text.Append(" CHARACTER SET ").Append(CharacterSet);
        AddOptions(
            text,
            values,
            " FIELDS",
            (" TERMINATED BY", FieldTerminator),
            (FieldQuotationOptional ? " OPTIONALLY ENCLOSED BY" : " ENCLOSED BY", FieldQuotationCharacter),
            (" ESCAPED BY", EscapeCharacter));
        AddOptions(text, values, " LINES", (" STARTING BY", LinePrefix), (" TERMINATED BY", LineTerminator ?? "\n"));
        if (NumberOfLinesToSkip > 0)
            text.Append(CultureInfo.InvariantCulture, $" IGNORE {NumberOfLinesToSkip} LINES");
        if (Columns.Count > 0)
            text.Append(" (").AppendJoin(',', Columns.Select(Quoted)).Append(')');
        if (Expressions.Count > 0)
            text.Append(" SET ").AppendJoin(',', Expressions);
        return text.ToString();
    }

    private static void AddOptions(StringBuilder text, List<object?> values, string introduction, params ReadOnlySpan<(string Words, string? Value)> options)
    {
        foreach (var (words, value) in options)
        {
            if (value is null)
                continue;
            text.Append(introduction).Append(words).Append(" ?");
            introduction = "";
            values.Add(value);
        }
    }

    private static string Quoted(string column) =>
        column.StartsWith('@') || column.StartsWith('`') ? column : $"`{column.Replace("`", "``", StringComparison.Ordinal)}`";
}
