using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// A reply whose results are written down in code. It is never used again, so whatever touches it after its disposal is
/// told so. Completed by any thread, once; read by one consumer.
/// </summary>
public sealed partial class ScriptedReply : Reply
{
    private const CapabilityFlags Agreed = CapabilityFlags.DeprecateEof | CapabilityFlags.SessionTrack;

    private readonly Func<bool> _isSent;
    private IReadOnlyList<FakeResult> _results = [];
    private IReadOnlyList<ColumnDefinition> _columns = [];
    private List<byte[]?[]> _rows = [];
    private byte[]?[]? _row;
    private int _result = -1;
    private int _rowIndex;
    private int _isOver;

    /// <summary>Creates a reply that is waited for.</summary>
    /// <param name="deadline">When its caller stops waiting.</param>
    /// <param name="isSent">Whether the request was sent, asked when it is abandoned; null for always.</param>
    public ScriptedReply(Deadline deadline = default, Func<bool>? isSent = null)
    {
        Deadline = deadline;
        _isSent = isSent ?? (static () => true);
    }

    /// <summary>Whether its consumer gave it back.</summary>
    public bool IsDisposed { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<ColumnDefinition> Columns => Alive(_columns);

    /// <inheritdoc/>
    public override bool HasRows => Alive(_rowIndex < _rows.Count);

    /// <summary>A reply that is complete.</summary>
    public static ScriptedReply Of(FakeReply answer, Probes probes = Probes.None)
    {
        var reply = new ScriptedReply();
        reply.Answer(answer, probes: probes);
        return reply;
    }

    /// <summary>What an answer reveals about the session it comes from.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="status">The status flags of results that name none.</param>
    public static ReplyEvidence EvidenceOf(FakeReply answer, ServerStatus status = ServerStatus.AutoCommit)
    {
        // The real packets and the real framer, so that a fake can reveal no more than a server.
        var framer = new ReplyFramer(Agreed);
        using var writer = new ByteWriter();
        new ReplyEncoder(writer, Agreed, status) { OnPayload = payload => framer.Take(payload) }.Write(answer);
        return answer.HidesWarnings ? ReplyEvidence.OfResult(framer.Evidence.RowCount, framer.Evidence.ErrorCode) : framer.Evidence;
    }

    /// <summary>Whether evidence says that a statement left state behind.</summary>
    public static bool Contradicts(in ReplyEvidence evidence) =>
        evidence.StateChanged || evidence.SchemaChanged || evidence.SqlMode is not null ||
        evidence.HasStatus && ((evidence.Status & ServerStatus.InTransaction) != 0 || (evidence.Status & ServerStatus.AutoCommit) == 0);

    /// <summary>Completes the reply with an answer, or with the answer's failure.</summary>
    /// <returns>False if it was over already: then the answer is thrown away, as a link does.</returns>
    public bool Answer(FakeReply answer, bool leavesNoState = false, ServerStatus status = ServerStatus.AutoCommit, Probes probes = Probes.None)
    {
        if (answer.Failure is { } failure)
            return Fail(failure);
        if (answer.IsNothing)
            throw new ArgumentException("A link's reply cannot be completed with nothing.", nameof(answer));
        var evidence = EvidenceOf(answer, status);
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return EndStream(answer, evidence, leavesNoState, probes, status);
        _results = answer.Results;
        Evidence = evidence;
        IsSurprise = answer.IsSurprise || leavesNoState && Contradicts(evidence);
        Delivery = Delivery.Answered;

        // As on a native link: a surprise does not wait for what was asked behind it.
        if (!IsSurprise)
            AnswerProbes(answer, probes, status);
        Complete();
        return true;
    }

    /// <summary>Says whether a prefix had to go ahead.</summary>
    internal void Note(bool hadPrefix) => HadPrefix = hadPrefix;

    /// <summary>Completes the reply with a failure.</summary>
    /// <returns>False if it was over already.</returns>
    public bool Fail(LinkException failure)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return BreakStream(failure);
        Failure = failure;
        Delivery = failure.Delivery;
        Complete();
        return true;
    }

    /// <inheritdoc/>
    public override bool Abandon(Abandonment reason)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return false;
        Abandonment = reason;
        Delivery = _isSent() ? Delivery.Sent : Delivery.NotSent;
        Complete();
        return true;
    }

    /// <inheritdoc/>
    public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
    {
        Readable();
        var bytes = _results is [{ Columns.Count: > 0 } first, ..] && first.Rows.FirstOrDefault() is { } row ? FakeCell.Bytes(row[0]) : null;
        cell = bytes;
        return bytes is not null;
    }

    /// <inheritdoc/>
    public override ReplyItem NextResult()
    {
        Readable();
        _columns = [];
        _rows = [];
        _row = null;
        _rowIndex = 0;
        AffectedRows = 0;
        LastInsertId = 0;
        Warnings = 0;

        // What is left of the current rows is passed over, and the error behind them ends the reply.
        if (Error is null && _result >= 0 && _result < _results.Count && _results[_result] is { Columns.Count: > 0, Error: { } late })
        {
            Error = late;
            _result = _results.Count;
            return ReplyItem.Error;
        }

        if (Error is not null || ++_result >= _results.Count)
        {
            _result = _results.Count;
            return ReplyItem.End;
        }

        var result = _results[_result];
        if (result.Columns.Count > 0)
        {
            _columns = result.Columns;
            _rows = [.. result.Rows.Select(row => Array.ConvertAll(row, FakeCell.Bytes))];
            if (_rows.Count == 0)
                EndRows(result);
            return ReplyItem.Rows;
        }

        if (result.Error is not null)
        {
            Error = result.Error;
            _result = _results.Count;
            return ReplyItem.Error;
        }

        AffectedRows = result.AffectedRows;
        LastInsertId = result.LastInsertId;
        Warnings = result.Warnings;
        return ReplyItem.Done;
    }

    /// <inheritdoc/>
    public override bool ReadRow()
    {
        Readable();
        _row = null;
        if (_result < 0 || _result >= _results.Count)
            return false;
        if (_rowIndex < _rows.Count)
        {
            _row = _rows[_rowIndex++];
            return true;
        }

        EndRows(_results[_result]);
        Error ??= _results[_result].Error;
        return false;
    }

    /// <inheritdoc/>
    public override bool IsNull(int ordinal) => Row()[ordinal] is null;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetCell(int ordinal) => Row()[ordinal];

    /// <inheritdoc/>
    public override void Dispose() => IsDisposed = true;

    private void AnswerProbes(FakeReply answer, Probes probes, ServerStatus status)
    {
        if ((probes & Probes.Warnings) != 0)
            WarningList = answer.WarningList ?? [];
        if ((probes & Probes.GeneratedId) != 0)
            GeneratedId = answer.GeneratedId ?? 0;
        if ((probes & Probes.Status) != 0)
            StatusAfter = answer.StatusAfter ?? EvidenceOf(FakeReply.Ok(), status);
    }

    private void EndRows(FakeResult result)
    {
        AffectedRows = result.AffectedRows;
        LastInsertId = result.LastInsertId;
        Warnings = result.Warnings;
    }

    private byte[]?[] Row() => Alive(_row) ?? throw new InvalidOperationException("The reply stands on no row.");

    private void Readable()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (!IsCompleted || (Failure is not null && !_isStream) || Abandonment != Abandonment.None)
            throw new InvalidOperationException("The reply has no answer to read: it is not complete, failed or abandoned.");
    }

    private T Alive<T>(T value)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return value;
    }
}
