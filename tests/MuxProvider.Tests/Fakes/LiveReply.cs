using System.Globalization;
using System.Text;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>
/// A reply that is read while it comes: the test lets its parts come, before or while the consumer waits for them. Parts may come
/// from any thread; read by one consumer.
/// </summary>
internal sealed class LiveReply : Reply
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ReplyWait _wait = new();
    private readonly SemaphoreSlim _waiting = new(0);

    // Guards _parts, and that a wait begins before the part that ends it.
    private readonly Lock _gate = new();
    private readonly Queue<Part> _parts = new();

    private ColumnDefinition[] _columns = [];
    private byte[]?[]? _row;
    private bool _inRows;
    private bool _isOver;

    public LiveReply() => Complete();

    /// <summary>Whether its consumer gave it back.</summary>
    public bool IsDisposed { get; private set; }

    public override bool IsStream => true;

    public override bool IsEnded => _isOver;

    public override bool MustWait
    {
        get
        {
            lock (_gate)
                return !_isOver && (!_parts.TryPeek(out var next) || next.Failure is not null);
        }
    }

    public override IReadOnlyList<ColumnDefinition> Columns => _columns;

    public override bool HasRows
    {
        get
        {
            lock (_gate)
                return _inRows && (!_parts.TryPeek(out var next) || next.Row is not null);
        }
    }

    /// <summary>Returns when the consumer waits for what has not come. Once for each wait.</summary>
    public Task IsWaitedForAsync() => Within(_waiting.WaitAsync());

    /// <inheritdoc cref="IsWaitedForAsync"/>
    public void IsWaitedFor()
    {
        if (!_waiting.Wait(s_patience))
            throw new TimeoutException("Nobody waits for more of the answer.");
    }

    /// <summary>A task that nothing holds up, however busy the machine is.</summary>
    public static Task Within(Task task) => task.WaitAsync(s_patience);

    public LiveReply Begin(params ColumnDefinition[] columns) => Add(new Part(ReplyItem.Rows) { Columns = columns });

    public LiveReply Row(params object?[] cells) => Add(new Part(ReplyItem.Rows) { Row = [.. cells.Select(Bytes)] });

    public LiveReply EndRows() => Add(new Part(ReplyItem.Done));

    public LiveReply Done(ulong affectedRows) => Add(new Part(ReplyItem.Done) { AffectedRows = affectedRows });

    /// <summary>The server's error, among rows or instead of a result; the last part.</summary>
    public LiveReply Fail(ushort code, string message = "no") => Add(new Part(ReplyItem.Error) { Error = new ErrPacket(code, "HY000", message) });

    /// <summary>The last part.</summary>
    public LiveReply End() => Add(new Part(ReplyItem.End));

    /// <summary>No more comes: the link was lost.</summary>
    public LiveReply Break(Exception failure) => Add(new Part(ReplyItem.End) { Failure = failure });

    /// <summary>What the answer says behind its end.</summary>
    public LiveReply Warns(params ServerWarning[] warnings)
    {
        WarningList = warnings;
        return this;
    }

    public override bool Abandon(Abandonment reason) => false;

    public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
    {
        cell = default;
        return false;
    }

    public override bool ReadRow() => MustWait ? Blocking.Run(this, static reply => reply.ReadRowAsync(CancellationToken.None)) : Read(Next());

    public override ReplyItem NextResult() => Blocking.Run(this, static reply => reply.NextResultAsync(CancellationToken.None));

    public override async ValueTask<bool> ReadRowAsync(CancellationToken cancellationToken)
    {
        await WaitForPartAsync(cancellationToken).ConfigureAwait(false);
        return Read(Next());
    }

    public override async ValueTask<ReplyItem> NextResultAsync(CancellationToken cancellationToken)
    {
        var wasInRows = _inRows;
        while (_inRows)
            await ReadRowAsync(cancellationToken).ConfigureAwait(false);
        if (wasInRows && Error is not null)
            return ReplyItem.Error;
        await WaitForPartAsync(cancellationToken).ConfigureAwait(false);
        return _isOver ? ReplyItem.End : Enter(Next());
    }

    public override bool IsNull(int ordinal) => _row![ordinal] is null;

    public override ReadOnlySpan<byte> GetCell(int ordinal) => _row![ordinal];

    public override void Dispose() => IsDisposed = true;

    private LiveReply Add(Part part)
    {
        lock (_gate)
            _parts.Enqueue(part);
        _wait.End();
        return this;
    }

    // Until the next part is there, or none comes any more.
    private async ValueTask WaitForPartAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        while (!_isOver)
        {
            lock (_gate)
            {
                if (_parts.TryPeek(out var next))
                {
                    if (next.Failure is { } failure)
                        throw failure;
                    return;
                }

                _wait.Begin(default);
            }

            await using (cancellationToken.UnsafeRegister(static wait => ((ReplyWait)wait!).Abandon(Abandonment.Cancelled), _wait).ConfigureAwait(false))
            {
                _waiting.Release();
                await _wait.Completion.ConfigureAwait(false);
            }

            if (_wait.Abandonment == Abandonment.Cancelled)
                throw new OperationCanceledException(cancellationToken);
        }
    }

    private Part Next()
    {
        lock (_gate)
            return _parts.Dequeue();
    }

    private bool Read(Part part)
    {
        _row = part.Row;
        if (_row is not null)
            return true;
        _inRows = false;
        Error = part.Error;
        _isOver = Error is not null;
        return false;
    }

    private ReplyItem Enter(Part part)
    {
        _columns = part.Columns;
        _inRows = part.Kind == ReplyItem.Rows;
        AffectedRows = part.AffectedRows;
        Error = part.Error;
        _isOver = part.Kind is ReplyItem.End or ReplyItem.Error;
        return part.Kind;
    }

    private static byte[]? Bytes(object? value) =>
        value is null ? null : value as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!);

    private sealed record Part(ReplyItem Kind)
    {
        public ColumnDefinition[] Columns { get; init; } = [];

        public byte[]?[]? Row { get; init; }

        public ulong AffectedRows { get; init; }

        public ErrPacket? Error { get; init; }

        public Exception? Failure { get; init; }
    }
}
