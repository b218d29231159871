using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// One request and its reply on a link over another provider. The consumer's members follow <see cref="Reply"/>; the internal ones belong to
/// the link, which writes what the driver's reader gives as rows of the text protocol, and hands them over whole or as a stream.
/// </summary>
internal sealed class AdoNetReply : Reply
{
    // Waiting → Sent → Finished, or Waiting → Finished, or Sent → Streaming → Finished, or Sent → Waiting where it did not run after all.
    // Only the one who makes a step may act on it.
    private const int Waiting = 0;
    private const int Sent = 1;
    private const int Finished = 2;
    private const int Streaming = 3;

    private const int OkLength = 2 * sizeof(ulong);

    // The link's until the reply is handed over, then the consumer's. Descriptions are there before the rows that they describe.
    private readonly ConcurrentQueue<ColumnDefinition[]> _described = new();
    private ReplyBuffer _packets = new();
    private CellRange[] _cells = [];
    private ReadOnlyMemory<byte> _row;
    private ColumnDefinition[] _columns = [];
    private ReplyEvidence _evidence;
    private AdoNetLink? _link;
    private int _state;
    private int _holders = 2;
    private int _isHeldByConsumer = 1;
    private bool _inRows;
    private long _budget = long.MaxValue;
    private long _length;
    private volatile RowStream? _stream;

    /// <summary>Creates a request.</summary>
    /// <param name="link">The link, to hear of it when the request is abandoned before its turn; null for its own requests.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="terms">Its terms.</param>
    public AdoNetReply(AdoNetLink? link, AdoNetRequestKind kind, in Terms terms)
    {
        _link = link;
        Kind = kind;
        Terms = terms;
        Deadline = terms.Deadline;
        Node = new LinkedListNode<AdoNetReply>(this);
        if (kind == AdoNetRequestKind.Statement && terms.StreamAbove > 0)
            _budget = terms.StreamAbove;
    }

    // ---- the consumer ------------------------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public override IReadOnlyList<ColumnDefinition> Columns => _columns;

    /// <inheritdoc/>
    public override bool HasRows => _inRows && _packets.TryPeek(out var kind) && kind == ReplyPacket.Row;

    /// <inheritdoc/>
    public override bool IsStream => _stream is not null;

    /// <inheritdoc/>
    public override bool IsEnded => _stream?.IsEnded ?? true;

    /// <inheritdoc/>
    public override bool MustWait => _stream is not null && !_packets.TryPeek(out _);

    /// <inheritdoc/>
    public override long Length => Volatile.Read(ref _length);

    /// <inheritdoc/>
    public override bool Abandon(Abandonment reason)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is Finished or Streaming)
                return false;
            if (Interlocked.CompareExchange(ref _state, Finished, state) != state)
                continue;
            Abandonment = reason;
            Delivery = state == Sent ? Delivery.Sent : Delivery.NotSent;
            Complete();
            if (state == Waiting)
                _link?.Withdraw(this);
            return true;
        }
    }

    /// <inheritdoc/>
    public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
    {
        cell = default;
        var position = _packets.Position;
        var found = false;
        if (_packets.TryRead(out var kind, out _) && kind == ReplyPacket.ColumnCount
            && _packets.TryRead(out kind, out var payload) && kind == ReplyPacket.Row && payload.Span[0] != TextRows.NullMarker)
        {
            cell = new PacketReader(payload.Span).ReadLengthEncodedBytes();
            found = true;
        }

        _packets.Position = position;
        return found;
    }

    /// <inheritdoc/>
    public override ReplyItem NextResult()
    {
        var wasInRows = _inRows;
        while (_inRows)
            ReadRow();
        _columns = [];
        AffectedRows = LastInsertId = 0;
        if (wasInRows && Error is not null)
            return ReplyItem.Error;
        if (Error is not null || !_packets.TryRead(out var kind, out var payload))
            return ReplyItem.End;
        switch (kind)
        {
            case ReplyPacket.Ok:
                Take(payload.Span);
                return ReplyItem.Done;

            case ReplyPacket.Error:
                Error = ErrPacket.Read(payload.Span);
                return ReplyItem.Error;

            default:
                _described.TryDequeue(out _columns!);
                if (_cells.Length < _columns.Length)
                    _cells = new CellRange[_columns.Length];
                _inRows = true;
                return ReplyItem.Rows;
        }
    }

    /// <inheritdoc/>
    public override bool ReadRow()
    {
        if (!_inRows)
            return false;
        if (!_packets.TryRead(out var kind, out var payload))
            throw new ProtocolException("The rows have no end.");
        switch (kind)
        {
            case ReplyPacket.Row:
                _row = payload;
                TextRows.Split(payload.Span, _cells.AsSpan(0, _columns.Length));
                return true;

            case ReplyPacket.Error:
                _inRows = false;
                Error = ErrPacket.Read(payload.Span);
                return false;

            default:
                _inRows = false;
                Take(payload.Span);
                return false;
        }
    }

    /// <inheritdoc/>
    public override bool IsNull(int ordinal) => _cells.AsSpan(0, _columns.Length)[ordinal].IsNull;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetCell(int ordinal)
    {
        var cell = _cells.AsSpan(0, _columns.Length)[ordinal];
        return cell.IsNull ? default : cell.Slice(_row.Span);
    }

    /// <inheritdoc/>
    public override ReplyWait? Fetch(Deadline deadline)
    {
        if (_stream?.Fetch(ref _packets, deadline) is { } wait)
            return wait;
        return MustWait && Failure is { } failure ? throw failure.Rethrown() : null;
    }

    /// <inheritdoc/>
    public override void Discard() => _stream?.Discard();

    /// <inheritdoc/>
    public override ReplyWait? FetchEnd(long atMost, Deadline deadline)
    {
        if (_stream?.WaitForEnd(atMost, deadline) is { } wait)
            return wait;
        return IsEnded && Failure is { } failure ? throw failure.Rethrown() : null;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _isHeldByConsumer, 0) != 1)
            return;
        _stream?.Abandon();
        Release();
    }

    // ---- the link ----------------------------------------------------------------------------------------------------------

    /// <summary>What the request is for.</summary>
    internal AdoNetRequestKind Kind { get; }

    /// <summary>Its terms.</summary>
    internal Terms Terms { get; }

    /// <summary>What to run, one behind the other; empty where there is nothing.</summary>
    internal ImmutableArray<CommandPiece> Pieces { get; init; } = [];

    /// <summary>The text without values.</summary>
    internal string Template { get; init; } = "";

    /// <summary>The place in the link's queue. Guarded by the link.</summary>
    internal LinkedListNode<AdoNetReply> Node { get; }

    /// <summary>Whether nobody waits for the reply any more.</summary>
    internal bool IsFinished => Volatile.Read(ref _state) == Finished;

    /// <summary>Whether more has come than is to be kept.</summary>
    internal bool IsLarge => _packets.Length > _budget;

    /// <summary>The part of the reply that comes after it was handed over; null where there is none.</summary>
    internal RowStream? Rows => _stream;

    /// <summary>Whether the server has refused the statement.</summary>
    internal bool HasFailed => _evidence.ErrorCode != 0;

    /// <summary>Before the request is run.</summary>
    /// <returns>False if its caller is gone: it must not run.</returns>
    internal bool TrySend() => Interlocked.CompareExchange(ref _state, Sent, Waiting) == Waiting;

    /// <summary>The request did not run after all.</summary>
    /// <returns>False if its caller is gone.</returns>
    internal bool TryUnsend() => Interlocked.CompareExchange(ref _state, Waiting, Sent) == Sent;

    /// <summary>A prefix was needed.</summary>
    internal void NotePrefix() => HadPrefix = true;

    /// <summary>A result with rows begins.</summary>
    internal void BeginRows(ColumnDefinition[] columns)
    {
        _described.Enqueue(columns);
        Append(ReplyPacket.ColumnCount, []);
    }

    /// <summary>A row has come.</summary>
    internal void AddRow(ReadOnlySpan<byte> row) => Append(ReplyPacket.Row, row);

    /// <summary>A result with rows has ended.</summary>
    internal void EndRows() => AppendOk(ReplyPacket.RowsEnd, 0, 0);

    /// <summary>A result without rows.</summary>
    internal void AddOk(ulong affectedRows, ulong lastInsertId) => AppendOk(ReplyPacket.Ok, affectedRows, lastInsertId);

    /// <summary>The server's error.</summary>
    internal void AddError(ErrPacket error)
    {
        using var writer = new ByteWriter();
        error.Write(writer);
        Append(ReplyPacket.Error, writer.WrittenSpan);
        _evidence = ReplyEvidence.OfResult(-1, error.Code);
    }

    /// <summary>All results have come.</summary>
    /// <param name="rowCount">The rows changed by the last one, -1 where it had rows.</param>
    internal void EndResults(long rowCount) => _evidence = ReplyEvidence.OfResult(rowCount, 0);

    /// <summary>What was asked behind the statement. Only before the reply is handed over, or while it is read as a stream.</summary>
    internal void TakeProbes(IReadOnlyList<ServerWarning>? warnings, ulong? generatedId)
    {
        WarningList = warnings;
        GeneratedId = generatedId;
    }

    /// <summary>What is known of the session behind the statement. As <see cref="TakeProbes"/>.</summary>
    internal void TakeStatus(in ReplyEvidence status) => StatusAfter = status;

    /// <summary>Keeps more: nobody may have the link for this reply alone.</summary>
    internal void KeepMore() => _budget = _budget > long.MaxValue / 2 ? long.MaxValue : 2 * _budget;

    /// <summary>Hands over what has come; the rest follows in <see cref="Rows"/>.</summary>
    /// <returns>False if the consumer is gone.</returns>
    internal bool TryBeginStream()
    {
        _stream = new RowStream(Terms.StreamWindow);
        if (Interlocked.CompareExchange(ref _state, Streaming, Sent) == Sent)
            return true;
        _stream = null;
        return false;
    }

    /// <summary>Tells the consumer of a stream that it may begin.</summary>
    internal void BeginStream() => Complete();

    /// <summary>Hands the whole reply to its consumer.</summary>
    internal void Answer()
    {
        if (Interlocked.CompareExchange(ref _state, Finished, Sent) != Sent && Interlocked.CompareExchange(ref _state, Finished, Streaming) != Streaming)
            return;
        Evidence = _evidence;
        Delivery = Delivery.Answered;
        End();
    }

    /// <summary>Ends the wait with a failure.</summary>
    internal void Fail(LinkException failure)
    {
        if (Interlocked.Exchange(ref _state, Finished) == Finished)
            return;
        Failure = failure;
        Delivery = failure.Delivery;
        End();
    }

    /// <summary>One of the two parties lets go: memory is given back when both have.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        _stream?.Clear();
        _packets.Clear();
        _link = null;
    }

    private void End()
    {
        if (_stream is { } stream)
        {
            stream.End();
            return;
        }

        _length = _packets.Length;
        Complete();
    }

    private void AppendOk(ReplyPacket kind, ulong affectedRows, ulong lastInsertId)
    {
        Span<byte> payload = stackalloc byte[OkLength];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, affectedRows);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[sizeof(ulong)..], lastInsertId);
        Append(kind, payload);
    }

    private void Append(ReplyPacket kind, ReadOnlySpan<byte> payload)
    {
        if (_stream is { } stream)
        {
            _length += payload.Length;
            stream.Take(kind, payload);
        }
        else if (!IsFinished)
        {
            _packets.Append(kind, payload);
        }
    }

    private void Take(ReadOnlySpan<byte> ok)
    {
        AffectedRows = BinaryPrimitives.ReadUInt64LittleEndian(ok);
        LastInsertId = BinaryPrimitives.ReadUInt64LittleEndian(ok[sizeof(ulong)..]);
    }
}
