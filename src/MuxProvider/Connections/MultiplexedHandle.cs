using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>A handle of floor 2, as the face sees it. Adds nothing.</summary>
internal sealed class MultiplexedHandle(Handle handle) : IHandle
{
    /// <inheritdoc/>
    public bool IsOpen => handle.IsOpen;

    /// <inheritdoc/>
    public string? Schema => handle.Schema;

    /// <inheritdoc/>
    public PinReasons PinReasons => handle.PinReasons;

    /// <inheritdoc/>
    public bool IsInTransaction => handle.IsInTransaction;

    /// <inheritdoc/>
    public string? LostBecause => handle.LostBecause;

    /// <inheritdoc/>
    public LinkFacts Facts => handle.Facts;

    /// <inheritdoc/>
    public uint? ServerThread => handle.ServerThread;

    /// <inheritdoc/>
    public ValueTask OpenAsync(Deadline deadline, CancellationToken cancellationToken) => handle.OpenAsync(deadline, cancellationToken);

    /// <inheritdoc/>
    public ParsedStatement Parse(string text) => handle.Parse(text);

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken) =>
        handle.ExecuteAsync(statement, parsed, deadline, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ErrPacket?> PrepareAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken) =>
        handle.PrepareAsync(statement, parsed, deadline, cancellationToken);

    /// <inheritdoc/>
    public void Cancel() => handle.Cancel();

    /// <inheritdoc/>
    public ValueTask ChangeSchemaAsync(string schema, Deadline deadline, CancellationToken cancellationToken) =>
        handle.ChangeSchemaAsync(schema, deadline, cancellationToken);

    /// <inheritdoc/>
    public bool ListensForWarnings
    {
        get => handle.ListensForWarnings;
        set => handle.ListensForWarnings = value;
    }

    /// <inheritdoc/>
    public bool TryBeginLater(string characteristics, string begin) => handle.TryBeginLater(characteristics, begin);

    /// <inheritdoc/>
    public bool TryForgetBegin() => handle.TryForgetBegin();

    /// <inheritdoc/>
    public ValueTask PingAsync(Deadline deadline, CancellationToken cancellationToken) => handle.PingAsync(deadline, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PinAsync(string note, Deadline deadline, CancellationToken cancellationToken) => handle.PinAsync(note, deadline, cancellationToken);

    /// <inheritdoc/>
    public void Unpin() => handle.Unpin();

    /// <inheritdoc/>
    public void Close() => handle.Close();
}
