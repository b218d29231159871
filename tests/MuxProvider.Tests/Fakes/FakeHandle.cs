using System.Text;
using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>A handle whose answers are written in the test. Remembers what it was sent, values written in.</summary>
internal sealed class FakeHandle(string? schema) : IHandle
{
    private readonly Queue<Func<CancellationToken, ValueTask<Reply>>> _answers = new();
    private readonly string? _schema = schema;
    private TaskCompletionSource<Reply>? _waiting;

    public List<string> Sent { get; } = [];

    public int Opens { get; private set; }

    public int Closes { get; private set; }

    public int Cancels { get; private set; }

    public Deadline LastDeadline { get; private set; }

    public Exception? OpenFailure { get; set; }

    public bool IsOpen { get; private set; }

    public string? Schema { get; private set; } = schema;

    public PinReasons PinReasons { get; set; }

    /// <summary>What pins from the start.</summary>
    public PinReasons PinsOfOpen { get; set; }

    public bool IsInTransaction { get; set; }

    public string? LostBecause { get; private set; }

    public LinkFacts Facts { get; } = new() { ServerVersion = ServerVersion.Parse("10.11.19-MariaDB") };

    public bool ListensForWarnings { get; set; }

    public string? PinNote { get; private set; }

    /// <summary>How the next attempts to pin fail; null for not at all.</summary>
    public Exception? PinFailure { get; set; }

    public async ValueTask PinAsync(string note, Deadline deadline, CancellationToken cancellationToken)
    {
        LastDeadline = deadline;
        if (PinFailure is not null)
            throw PinFailure;
        await Task.CompletedTask;
        PinNote = note;
        PinReasons |= PinReasons.Requested;
    }

    /// <summary>Whether a transaction may begin with its first statement.</summary>
    public bool BeginsLater { get; set; }

    /// <summary>The begin that goes with the next statement.</summary>
    public string? UnsentBegin { get; private set; }

    /// <summary>How pings fail; null for not at all.</summary>
    public Exception? PingFailure { get; set; }

    public bool TryBeginLater(string characteristics, string begin)
    {
        if (!BeginsLater)
            return false;
        UnsentBegin = $"SET TRANSACTION {characteristics};{begin}";
        PinReasons |= PinReasons.Transaction;
        return true;
    }

    public bool TryForgetBegin()
    {
        if (UnsentBegin is null)
            return false;
        UnsentBegin = null;
        PinReasons &= ~PinReasons.Transaction;
        return true;
    }

    public ValueTask PingAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (PingFailure is not null && PinReasons != PinReasons.None)
            LostBecause = PingFailure.Message;
        return PingFailure is null ? default : ValueTask.FromException(PingFailure);
    }

    public void Unpin()
    {
        PinNote = null;
        PinReasons &= ~PinReasons.Requested;
    }

    public uint? ServerThread => PinReasons == PinReasons.None ? null : 42;

    public ScriptedReply Answer()
    {
        var reply = new ScriptedReply();
        _answers.Enqueue(_ => new ValueTask<Reply>(reply));
        return reply;
    }

    /// <summary>The next statement has an answer that is read while it comes.</summary>
    public LiveReply Stream()
    {
        var reply = new LiveReply();
        _answers.Enqueue(_ => new ValueTask<Reply>(reply));
        return reply;
    }

    /// <summary>The next statement leaves these pins, whatever was pinned before.</summary>
    public ScriptedReply Answer(PinReasons pins)
    {
        var reply = new ScriptedReply();
        _answers.Enqueue(_ =>
        {
            PinReasons = pins;
            return new ValueTask<Reply>(reply);
        });
        return reply;
    }

    public void Throw(Exception error) => _answers.Enqueue(_ =>
    {
        if (error is LinkException && PinReasons != PinReasons.None)
            LostBecause = error.Message;
        return ValueTask.FromException<Reply>(error);
    });

    /// <summary>The next statement waits for <see cref="Finish"/>, its token, or Cancel.</summary>
    public void Hang() => _answers.Enqueue(token =>
    {
        _waiting = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => _waiting.TrySetCanceled(token));
        return new ValueTask<Reply>(_waiting.Task);
    });

    public void Finish(Reply reply) => _waiting!.SetResult(reply);

    public async ValueTask OpenAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        Opens++;
        LastDeadline = deadline;
        if (OpenFailure is not null)
            throw OpenFailure;
        await Task.CompletedTask;
        Schema = _schema;
        PinReasons = PinsOfOpen;
        IsOpen = true;
    }

    public ParsedStatement Parse(string text) => StatementParser.Parse(text, SqlModes.None);

    /// <summary>The texts that were to be prepared.</summary>
    public List<string> Prepared { get; } = [];

    /// <summary>What the server has against texts; null for nothing.</summary>
    public ErrPacket? PrepareError { get; set; }

    /// <summary>Of each statement that was executed, whether it was to run prepared.</summary>
    public List<bool> WantedPreparation { get; } = [];

    public ValueTask<ErrPacket?> PrepareAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken)
    {
        Prepared.Add(parsed.Text.Text);
        return new ValueTask<ErrPacket?>(PrepareError);
    }

    public ValueTask<Reply> ExecuteAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken)
    {
        WantedPreparation.Add(statement.WantsPreparation);
        using var writer = new ByteWriter();
        statement.WriteTo(writer, new LiteralOptions(NoBackslashEscapes: false, GuidFormat.Default));
        if (UnsentBegin is not null)
            Sent.Add(UnsentBegin);
        UnsentBegin = null;
        Sent.Add(Encoding.UTF8.GetString(writer.WrittenSpan));
        LastDeadline = deadline;
        return _answers.TryDequeue(out var answer) ? answer(cancellationToken) : new ValueTask<Reply>(new ScriptedReply().Done());
    }

    public void Cancel()
    {
        Cancels++;
        _waiting?.TrySetCanceled();
    }

    public ValueTask ChangeSchemaAsync(string schema, Deadline deadline, CancellationToken cancellationToken)
    {
        Schema = schema;
        return default;
    }

    public void Close()
    {
        // As if it forgot everything: who wants to be heard when it is opened again must say so again.
        Closes++;
        IsOpen = false;
        LostBecause = null;
        PinReasons = PinReasons.None;
        UnsentBegin = null;
        ListensForWarnings = false;
    }
}
