using System.Text;
using Microsoft.Extensions.ObjectPool;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// One request and its reply on a native link. Two parties hold it, the link and the consumer; when both have let go it is
/// used again. The consumer's members follow <see cref="Reply"/>; the internal ones belong to the link.
/// </summary>
internal sealed partial class MySqlReply : Reply, IResettable
{
    // Waiting → Sent → Finished, or Waiting → Finished, or Sent → Streaming → Finished. Only the one who makes a step may act on it.
    private const int Waiting = 0;
    private const int Sent = 1;
    private const int Finished = 2;

    private const int KeepRequestBytes = 16 * 1024;

    // ER_UNKNOWN_STMT_HANDLER and ER_NEED_REPREPARE.
    private const ushort UnknownStatement = 1243;
    private const ushort NeedsPreparation = 1615;

    private readonly ByteWriter _request = new();

    // The link's until the reply is handed over, then the consumer's.
    private ReplyBuffer _packets = new();
    private CellRange[] _cells = new CellRange[8];
    private ReadOnlyMemory<byte> _row;
    private ColumnDefinition[] _columns = [];
    private ReplyFramer _framer;
    private MySqlTransport? _transport;
    private CapabilityFlags _capabilities;
    private int _state;
    private int _holders;
    private int _isHeldByConsumer;
    private bool _inRows;
    private PrepareFramer _prepareFramer;
    private PrefixParts _awaitedParts;

    // Set by the statement's caller or by the link, each behind the other.
    private MySqlLocalRequest? _local;
    private string? _askedFile;
    private string? _refusedFile;
    private bool _isRefused;
    private BufferShare? _requestShare;

    /// <inheritdoc/>
    public override IReadOnlyList<ColumnDefinition> Columns => _columns;

    /// <inheritdoc/>
    public override bool HasRows => _inRows && _packets.TryPeek(out var kind) && kind == ReplyPacket.Row;

    /// <inheritdoc/>
    public override LocalRequest? LocalRequest => _local;

    /// <summary>The request for local data that may come; null where none is offered.</summary>
    internal MySqlLocalRequest? Local => Volatile.Read(ref _local);

    /// <inheritdoc/>
    public override bool IsBinary => IsExecution;

    /// <summary>The prepared statement that the request executes, or asks for; null for none.</summary>
    internal PreparedStatement? Concern { get; private set; }

    /// <summary>Whether the request executes a prepared statement.</summary>
    internal bool IsExecution => Concern is not null && Kind == RequestKind.Statement;

    /// <summary>Whether the server could not execute a prepared statement for want of it.</summary>
    internal bool IsLostExecution => IsExecution && _framer.Evidence.ErrorCode is UnknownStatement or NeedsPreparation;

    /// <summary>What was prepared; null where the server refused.</summary>
    internal PreparedOk? PreparedAs => _prepareFramer.Prepared;

    /// <summary>The next one in the link's queue.</summary>
    internal MySqlReply? Next { get; set; }

    /// <summary>What the request is for.</summary>
    internal RequestKind Kind { get; private set; }

    /// <summary>What the request does to the settings of its session. Guarded by the link.</summary>
    internal SessionStep Step { get; private set; }

    /// <summary>What <c>LAST_INSERT_ID()</c> has to be when the statement begins; null for any.</summary>
    internal ulong? WantedGeneratedId { get; private set; }

    /// <summary>The statement that has to stand in front; null for none.</summary>
    internal string? Before { get; private set; }

    /// <summary>The statement in front that begins a transaction; null for none.</summary>
    internal string? BeginText { get; private set; }

    /// <summary>
    /// Whether a prefix of its own has changed the session for this statement alone: then it is sent even if its caller is gone,
    /// so that nobody else finds the change. Guarded by the link.
    /// </summary>
    internal bool IsPrepared { get; set; }

    /// <summary>Whether a prefix of its own is directly in front. Guarded by the link.</summary>
    internal bool FollowsPrefix { get; set; }

    /// <summary>Which part of the request's own prefix was refused: then nothing behind it ran.</summary>
    internal PrefixRefusal? Refusal { get; private set; }

    /// <summary>What has to be asked behind the statement, or what this request asks.</summary>
    internal Probes Probes { get; private set; }

    /// <summary>The statement behind which this request asks; null where it is no probe. The link holds it until its last probe is over.</summary>
    internal MySqlReply? Owner { get; private set; }

    /// <summary>Probes of this statement that are not over. Set before the statement is in flight, then the reader's.</summary>
    internal int ProbesLeft { get; set; }

    /// <summary>Whether the session may have been changed by a neighbour before the request ran. Guarded by the link.</summary>
    internal bool IsSuspect { get; set; }

    /// <summary>When the request was handed to the socket.</summary>
    internal long SentAt { get; set; }

    /// <summary>The how-manieth request of its link it is. Guarded by the link.</summary>
    internal long Number { get; set; }

    /// <summary>Whether the server may be told to stop it once nobody waits for it any more.</summary>
    internal bool MayBeKilled { get; private set; }

    /// <summary>Whether its caller went away before anything of the answer was handed over.</summary>
    internal bool IsAbandoned => IsFinished && Abandonment != Abandonment.None && !IsStream;

    /// <summary>The encoded request.</summary>
    internal ByteWriter Request => _request;

    /// <summary>The sequence number that the reply's first packet must have.</summary>
    internal byte ReplySequence { get; set; }

    /// <summary>Whether nobody waits for the reply any more.</summary>
    internal bool IsFinished => Volatile.Read(ref _state) == Finished;

    /// <summary>Whether the request comes from the owner of the link.</summary>
    internal bool OnLease { get; private set; }

    /// <summary>Whether its caller would rather ask elsewhere than wait for long.</summary>
    internal bool MayMove { get; private set; }

    private bool LeavesNoState { get; set; }

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
            Conclude();
            return true;
        }
    }

    /// <inheritdoc/>
    public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
    {
        var position = _packets.Position;
        var found = TryReadFirstCell(out cell);
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
        Warnings = 0;
        if (wasInRows && Error is not null)
            return ReplyItem.Error;
        if (Error is not null || !_packets.TryRead(out var kind, out var payload))
            return ReplyItem.End;
        switch (kind)
        {
            case ReplyPacket.Ok:
                Take(OkPacket.Read(payload.Span, _capabilities));
                return ReplyItem.Done;

            case ReplyPacket.Error:
                Error = ErrPacket.Read(payload.Span);
                return ReplyItem.Error;

            case ReplyPacket.ColumnCount:
                ReadColumns(payload.Span);
                _inRows = true;
                return ReplyItem.Rows;

            default:
                throw new ProtocolException($"A result cannot begin with {kind}.");
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
                if (IsBinary)
                    BinaryRows.Split(payload.Span, _columns, _cells.AsSpan(0, _columns.Length));
                else
                    TextRows.Split(payload.Span, _cells.AsSpan(0, _columns.Length));
                return true;

            case ReplyPacket.RowsEnd:
                _inRows = false;
                if ((_capabilities & CapabilityFlags.DeprecateEof) != 0)
                    Take(OkPacket.Read(payload.Span, _capabilities));
                else
                    Warnings = EofPacket.Read(payload.Span).Warnings;
                return false;

            case ReplyPacket.Error:
                _inRows = false;
                Error = ErrPacket.Read(payload.Span);
                return false;

            default:
                throw new ProtocolException($"{kind} stands where a row is expected.");
        }
    }

    /// <inheritdoc/>
    public override bool IsNull(int ordinal) => _cells.AsSpan(0, _columns.Length)[ordinal].Length < 0;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetCell(int ordinal)
    {
        var cell = _cells.AsSpan(0, _columns.Length)[ordinal];
        return cell.Length < 0 ? default : _row.Span.Slice(cell.Start, cell.Length);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _isHeldByConsumer, 0) != 1)
            return;
        _stream?.Abandon();
        Release();
    }

    /// <inheritdoc/>
    public bool TryReset()
    {
        Renew();
        Failure = null;
        Abandonment = Abandonment.None;
        Delivery = Delivery.NotSent;
        Evidence = default;
        IsSurprise = false;
        IsSuspect = false;
        MayBeKilled = false;
        HadPrefix = false;
        GeneratedId = null;
        WarningList = null;
        StatusAfter = null;
        Step = default;
        WantedGeneratedId = null;
        Before = null;
        BeginText = null;
        IsPrepared = false;
        FollowsPrefix = false;
        Refusal = null;
        Probes = Probes.None;
        Owner = null;
        ProbesLeft = 0;
        _awaitedParts = PrefixParts.None;
        _local = null;
        _askedFile = null;
        _refusedFile = null;
        _isRefused = false;
        AffectedRows = LastInsertId = 0;
        Warnings = 0;
        Error = null;
        Next = null;
        _requestShare?.Clear();
        _request.Clear(KeepRequestBytes);
        _packets.Clear();
        ResetStream();
        _row = default;
        _columns = [];
        _inRows = false;
        Concern = null;
        MayMove = false;
        _state = Waiting;
        return true;
    }

    /// <summary>Prepares a rented object for a request that a consumer waits for.</summary>
    internal void Begin(MySqlTransport transport, CapabilityFlags capabilities, RequestKind kind, in Terms terms)
    {
        Prepare(transport, capabilities, kind, holders: 2);
        _isHeldByConsumer = 1;
        LeavesNoState = terms.LeavesNoState;
        OnLease = terms.OnLease;
        MayMove = terms is { MayMove: true, Probes: Probes.None };
        Deadline = terms.Deadline;
        if (kind != RequestKind.Statement)
        {
            Step = new SessionStep(terms.Settings, PrefixParts.None, null, IsSingleStatement: true);
            return;
        }

        Step = new SessionStep(terms.Settings, PrefixParts.None, terms.Leaves, terms.IsSingleStatement);
        WantedGeneratedId = terms.GeneratedId;
        Before = terms.Before;
        BeginText = terms.Begin;
        Probes = terms.Probes;
        MayBeKilled = terms.MayBeKilled;
        if (terms.StreamAbove > 0)
            (_budget, _softBudget, _window) = (terms.StreamAbove, Math.Max(1, terms.StreamAbove / SoftShare), terms.StreamWindow);
    }

    /// <summary>Prepares a rented object for a request that the link sends for itself.</summary>
    internal void BeginInternal(MySqlTransport transport, CapabilityFlags capabilities, RequestKind kind)
    {
        Prepare(transport, capabilities, kind, holders: 1);
        LeavesNoState = false;
        OnLease = true;
        ReplySequence = 1;
    }

    /// <summary>Prepares a rented object for what is sent in front of a request, awaited on its own.</summary>
    internal void BeginPrefix(MySqlTransport transport, CapabilityFlags capabilities, Settings? settings, PrefixParts parts)
    {
        BeginInternal(transport, capabilities, RequestKind.Prefix);
        Step = new SessionStep(settings, PrefixParts.None, null, IsSingleStatement: true);
        Bring(parts);
    }

    /// <summary>Prepares a rented object for what is asked behind a statement.</summary>
    internal void BeginProbe(MySqlTransport transport, CapabilityFlags capabilities, MySqlReply owner, Probes probe)
    {
        BeginInternal(transport, capabilities, RequestKind.Probe);
        ProbeAnswers.WriteRequest(_request, probe);
        Owner = owner;
        Probes = probe;
    }

    /// <summary>Says which prepared statement the request executes, or asks for.</summary>
    internal void Concerns(PreparedStatement statement)
    {
        Concern = statement;
        _prepareFramer = new PrepareFramer(_capabilities);
    }

    /// <summary>Prepares a rented object for the link's own question whether a statement can be prepared, under the terms of the one that runs as text.</summary>
    internal void BeginPrepare(MySqlTransport transport, CapabilityFlags capabilities, PreparedStatement statement, in Terms terms)
    {
        var sequence = ReplySequence;
        BeginInternal(transport, capabilities, RequestKind.Prepare);
        Step = new SessionStep(terms.Settings, PrefixParts.None, null, IsSingleStatement: true);
        OnLease = terms.OnLease;
        ReplySequence = sequence;
        Concerns(statement);
    }

    /// <summary>Prepares a rented object that closes a prepared statement.</summary>
    internal void BeginClose(MySqlTransport transport, CapabilityFlags capabilities, uint id)
    {
        PreparedCommands.WriteClose(_request, id);
        BeginInternal(transport, capabilities, RequestKind.Close);
    }

    /// <summary>Says what stands in front of the request in its own packet: as many answers come first. Guarded by the link.</summary>
    internal void Bring(PrefixParts parts)
    {
        Step = Step with { Prefix = parts };
        _awaitedParts = parts;
        NotePrefix(parts);
    }

    /// <summary>Says what was sent for the request. Guarded by the link.</summary>
    internal void NotePrefix(PrefixParts parts) => HadPrefix |= (parts & PrefixParts.Settings) != 0;

    /// <summary>Gives a rented object back that was never handed out.</summary>
    internal void Discard(MySqlTransport transport) => transport.Replies.Return(this);

    /// <summary>Before the request is handed to the socket.</summary>
    /// <returns>False if its caller is gone: it must not be sent.</returns>
    internal bool TrySend() => Interlocked.CompareExchange(ref _state, Sent, Waiting) == Waiting;

    /// <summary>Takes the next packet of the reply.</summary>
    /// <returns>Whether it was the last one.</returns>
    internal bool Take(ReadOnlySpan<byte> payload)
    {
        if (Kind is RequestKind.Preparation or RequestKind.Prepare)
            return TakePreparation(payload);
        var kind = _framer.Take(payload);
        if (kind == ReplyPacket.LocalInfile)
        {
            _askedFile = LocalInfileRequest.ReadFileName(payload);
            return false;
        }

        if (_refusedFile is not null && !_isRefused)
            AppendRefusal(_refusedFile);
        if (_awaitedParts != PrefixParts.None)
        {
            TakePrefix(kind, payload);
            return _framer.IsComplete;
        }

        // Where nobody waits any more the packets are only counted.
        if (!IsFinished && !_isRefused)
            Keep(kind, payload);
        return _framer.IsComplete;
    }

    /// <summary>The file that the server has just asked for, once; null for none.</summary>
    internal string? TakeAskedFile()
    {
        var asked = _askedFile;
        _askedFile = null;
        return asked;
    }

    /// <summary>Says that the server may ask for local data (once more).</summary>
    internal void Offer(MySqlLocalRequest request)
    {
        Interlocked.Exchange(ref _local, request);
        if (IsFinished)
            request.End();
    }

    /// <summary>Says that the server did not get what it asked for: the statement has failed, whatever the server makes of it. Before the link reads on.</summary>
    internal void Refuse(string file) => Volatile.Write(ref _refusedFile, file);

    /// <summary>Takes what a probe was answered. Only before the reply is handed to its consumer.</summary>
    internal void Take(MySqlReply probe)
    {
        switch (probe.Probes)
        {
            case Probes.Warnings:
                // Where it raised none, some servers still show those of an earlier statement, perhaps of a neighbour.
                var evidence = _framer.Evidence;
                WarningList = evidence.Warnings == 0 && evidence.ErrorCode == 0 ? [] : ProbeAnswers.ReadWarnings(probe);
                break;

            case Probes.GeneratedId:
                GeneratedId = ProbeAnswers.ReadNumber(probe);
                break;

            case Probes.Status when probe.Gathered.ErrorCode == 0:
                StatusAfter = probe.Gathered;
                break;
        }
    }

    /// <summary>What the reply revealed so far.</summary>
    internal ReplyEvidence Gathered => _framer.Evidence;

    /// <summary>Whether the whole reply contradicts the forecast.</summary>
    internal bool ContradictsForecast()
    {
        var evidence = _framer.Evidence;
        return LeavesNoState
            && (evidence.StateChanged
                || evidence.SchemaChanged
                || evidence.SqlMode is not null
                || (evidence.HasStatus
                    && ((evidence.Status & ServerStatus.InTransaction) != 0 || (evidence.Status & ServerStatus.AutoCommit) == 0)));
    }

    /// <summary>Hands the whole reply to its consumer.</summary>
    /// <returns>False if the consumer is gone.</returns>
    internal bool Answer(bool isSurprise)
    {
        if (Interlocked.CompareExchange(ref _state, Finished, Sent) != Sent && Interlocked.CompareExchange(ref _state, Finished, Streaming) != Streaming)
            return false;
        Evidence = _framer.Evidence;
        IsSurprise = isSurprise;
        Delivery = Delivery.Answered;
        return End();
    }

    /// <summary>Ends the wait with a failure.</summary>
    /// <returns>False if the wait was over.</returns>
    internal bool Fail(LinkException failure)
    {
        if (Interlocked.Exchange(ref _state, Finished) == Finished)
            return false;
        Failure = failure;
        Delivery = failure.Delivery;
        return End();
    }

    /// <summary>One of the two parties lets go.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            _transport!.Replies.Return(this);
    }

    // Whoever waits for a request for local data has to hear that none will come.
    private void Conclude()
    {
        var local = Local;
        Complete();
        local?.End();
    }

    // In place of what the server answers when it is given an empty file.
    private void AppendRefusal(string file)
    {
        _isRefused = true;
        if (IsFinished)
            return;
        using var writer = new ByteWriter();
        LocalRefusal.Of(file).Write(writer);
        _packets.Append(ReplyPacket.Error, writer.WrittenSpan);
    }

    private void Prepare(MySqlTransport transport, CapabilityFlags capabilities, RequestKind kind, int holders)
    {
        _transport = transport;
        _capabilities = capabilities;
        _framer = new ReplyFramer(capabilities);
        _holders = holders;
        Kind = kind;
        _packets.CountIn(transport.Buffers);
        if (_request.Length <= BufferGauge.Small)
            return;
        _requestShare ??= new BufferShare(transport.Buffers);
        _requestShare.Add(_request.Length);
    }

    // Of what was prepared only the id matters; an error is for whoever waits.
    private bool TakePreparation(ReadOnlySpan<byte> payload)
    {
        _prepareFramer.Take(payload);
        if (_prepareFramer.ErrorCode != 0)
        {
            var kind = _framer.Take(payload);
            if (!IsFinished)
                _packets.Append(kind, payload);
        }

        return _prepareFramer.IsComplete;
    }

    // What a prefix reveals of the session was known before: it is no evidence of the statement.
    private void TakePrefix(ReplyPacket kind, ReadOnlySpan<byte> payload)
    {
        const PrefixParts set = PrefixParts.Variables | PrefixParts.GeneratedId;
        var part = (_awaitedParts & set) != 0 ? _awaitedParts & set
            : (_awaitedParts & PrefixParts.Schema) != 0 ? PrefixParts.Schema
            : (_awaitedParts & PrefixParts.Before) != 0 ? PrefixParts.Before
            : PrefixParts.Begin;
        switch (kind)
        {
            case ReplyPacket.Error:
                Refusal = new PrefixRefusal(part, ErrPacket.Read(payload));
                break;

            case ReplyPacket.Ok or ReplyPacket.RowsEnd:
                _awaitedParts &= ~part;
                _framer.ForgetEvidence();
                break;
        }
    }

    private bool TryReadFirstCell(out ReadOnlySpan<byte> cell)
    {
        cell = default;
        if (!_packets.TryRead(out var kind, out var payload) || kind != ReplyPacket.ColumnCount)
            return false;
        if (IsBinary)
            return TryReadFirstBinaryCell((int)new PacketReader(payload.Span).ReadLengthEncodedInteger(), out cell);
        while (_packets.TryRead(out kind, out payload) && kind is ReplyPacket.Column or ReplyPacket.ColumnsEnd)
        {
        }

        if (kind != ReplyPacket.Row || payload.Span[0] == TextRows.NullMarker)
            return false;
        cell = new PacketReader(payload.Span).ReadLengthEncodedBytes();
        return true;
    }

    // Whoever peeks looks for text.
    private bool TryReadFirstBinaryCell(int count, out ReadOnlySpan<byte> cell)
    {
        cell = default;
        var columns = ReadColumnPackets(count);
        if (_packets.TryPeek(out var next) && next == ReplyPacket.ColumnsEnd)
            _packets.TryRead(out _, out _);
        if (!_packets.TryRead(out var kind, out var payload) || kind != ReplyPacket.Row)
            return false;
        var cells = new CellRange[count];
        BinaryRows.Split(payload.Span, columns, cells);
        if (cells[0].IsNull)
            return false;
        cell = cells[0].Slice(payload.Span);
        if (BinaryCells.ToText(cell, columns[0]) is { } text)
            cell = Encoding.UTF8.GetBytes(text);
        return true;
    }

    private void Take(in OkPacket packet)
    {
        AffectedRows = packet.AffectedRows;
        LastInsertId = packet.LastInsertId;
        Warnings = packet.Warnings;
    }

    private void ReadColumns(ReadOnlySpan<byte> countPayload)
    {
        var count = (int)new PacketReader(countPayload).ReadLengthEncodedInteger();
        if (_cells.Length < count)
            _cells = new CellRange[count];
        var cache = _transport!.Columns;
        if (_packets.TryPeekRun(count, out var run))
        {
            if (cache.Find(run) is { } known)
            {
                _columns = known;
                _packets.Skip(run.Length);
            }
            else
            {
                _columns = ReadColumnPackets(count);
                cache.Add(run, _columns);
            }
        }
        else
        {
            _columns = ReadColumnPackets(count);
        }

        if (_packets.TryPeek(out var next) && next == ReplyPacket.ColumnsEnd)
            _packets.TryRead(out _, out _);
    }

    private ColumnDefinition[] ReadColumnPackets(int count)
    {
        var columns = new ColumnDefinition[count];
        for (var i = 0; i < count; i++)
        {
            if (!_packets.TryRead(out var kind, out var payload) || kind != ReplyPacket.Column)
                throw new ProtocolException($"Column {i + 1} of {count} is missing.");
            columns[i] = ColumnDefinition.Read(payload.Span);
        }

        return columns;
    }
}
