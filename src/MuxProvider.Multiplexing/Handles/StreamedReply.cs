using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>
/// A reply that is read while it comes. Its statement has ended for the handle when the reply is disposed: what was not read until
/// then is thrown away. A blocked consumer may use it like any other reply. Read by one consumer; only
/// <see cref="Interrupt"/> may come from another thread.
/// </summary>
internal sealed class StreamedReply : Reply
{
    private readonly Handle _handle;
    private readonly Reply _inner;
    private readonly byte[]? _firstCell;
    private volatile bool _isInterrupted;
    private Abandonment _interruption;
    private bool _inRows;
    private bool _isDisposed;

    public StreamedReply(Handle handle, StreamedStatement statement)
    {
        _handle = handle;
        _inner = statement.Reply;
        Statement = statement;
        HadPrefix = _inner.HadPrefix;
        Delivery = Delivery.Answered;

        // Asked for when the statement has ended, and gone by then.
        if (statement.Traits.NamedLockCall != NamedLockCall.None && _inner.TryPeekCell(out var cell))
            _firstCell = cell.ToArray();
        Complete();
    }

    /// <summary>The statement.</summary>
    public StreamedStatement Statement { get; }

    /// <summary>Whether, and why, the consumer was let go before the answer had come.</summary>
    public Abandonment Interruption => _isInterrupted ? _interruption : Abandonment.None;

    /// <inheritdoc/>
    public override bool IsBinary => Statement.Reply.IsBinary;

    /// <inheritdoc/>
    public override IReadOnlyList<ColumnDefinition> Columns => _inner.Columns;

    /// <inheritdoc/>
    public override bool HasRows => _inner.HasRows;

    /// <inheritdoc/>
    public override bool IsStream => true;

    /// <inheritdoc/>
    public override bool IsEnded => _inner.IsEnded;

    /// <inheritdoc/>
    public override bool MustWait => _isInterrupted || _inner.MustWait;

    /// <inheritdoc/>
    public override long Length => _inner.Length;

    /// <inheritdoc/>
    public override bool Abandon(Abandonment reason) => false;

    /// <summary>Lets the consumer go, unless the answer has come. Under the handle's lock.</summary>
    public void Interrupt(Abandonment reason)
    {
        if (_isInterrupted || _inner.IsEnded)
            return;
        _interruption = reason;
        _isInterrupted = true;
    }

    /// <inheritdoc/>
    public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
    {
        cell = _firstCell;
        return _firstCell is not null;
    }

    /// <inheritdoc/>
    public override bool ReadRow() =>
        MustWait ? Blocking.Run(this, static reply => reply.ReadRowAsync(CancellationToken.None)) : ReadRowNow();

    /// <inheritdoc/>
    public override ReplyItem NextResult() => Blocking.Run(this, static reply => reply.NextResultAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override ValueTask<bool> ReadRowAsync(CancellationToken cancellationToken) =>
        MustWait ? FetchRowAsync(cancellationToken) : new ValueTask<bool>(ReadRowNow());

    /// <inheritdoc/>
    public override async ValueTask<ReplyItem> NextResultAsync(CancellationToken cancellationToken)
    {
        var wasInRows = _inRows;
        while (_inRows)
            await ReadRowAsync(cancellationToken).ConfigureAwait(false);
        if (Error is null)
            await FetchAsync(cancellationToken).ConfigureAwait(false);
        var item = _inner.NextResult();
        if (wasInRows && Error is not null)
            return ReplyItem.Error;
        _inRows = item == ReplyItem.Rows;
        TakeResult();
        return item;
    }

    /// <inheritdoc/>
    public override bool IsNull(int ordinal) => _inner.IsNull(ordinal);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetCell(int ordinal) => _inner.GetCell(ordinal);

    /// <inheritdoc/>
    public override void Dispose() => Blocking.Run(this, static reply => reply.DisposeAsync());

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return default;
        _isDisposed = true;
        return _handle.EndStreamAsync(this);
    }

    /// <summary>Takes over what the whole answer reveals, for those who judge it.</summary>
    /// <param name="isOver">Whether it has come; otherwise the statement still runs.</param>
    public void TakeEnd(bool isOver)
    {
        if (!isOver)
        {
            Abandonment = _isInterrupted ? _interruption : Abandonment.Cancelled;
            Delivery = Delivery.Sent;
            return;
        }

        Failure = _inner.Failure;
        Delivery = _inner.Delivery;
        Evidence = _inner.Evidence;
        IsSurprise = _inner.IsSurprise;
        GeneratedId = _inner.GeneratedId;
        WarningList = _inner.WarningList;
        StatusAfter = _inner.StatusAfter;
    }

    private async ValueTask<bool> FetchRowAsync(CancellationToken cancellationToken)
    {
        await FetchAsync(cancellationToken).ConfigureAwait(false);
        return ReadRowNow();
    }

    private async ValueTask FetchAsync(CancellationToken cancellationToken)
    {
        ThrowIfInterrupted(cancellationToken);
        var deadline = Statement.Terms.Deadline.Again();
        while (_inner.Fetch(deadline) is { } wait)
        {
            await _handle.WaitForRowsAsync(this, wait, cancellationToken).ConfigureAwait(false);
            ThrowIfInterrupted(cancellationToken);
        }
    }

    private void ThrowIfInterrupted(CancellationToken cancellationToken)
    {
        if (_isInterrupted)
            Failures.ThrowIfAbandoned(_interruption, Delivery.Sent, Statement.Lease.Link, cancellationToken);
    }

    private bool ReadRowNow()
    {
        if (_inner.ReadRow())
            return true;
        _inRows = false;
        TakeResult();
        return false;
    }

    private void TakeResult()
    {
        AffectedRows = _inner.AffectedRows;
        LastInsertId = _inner.LastInsertId;
        Warnings = _inner.Warnings;
        Error = _inner.Error;
    }
}
