using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>What the face needs of a <see cref="Handle"/>, so that it can be tested without links.</summary>
internal interface IHandle
{
    /// <inheritdoc cref="Handle.IsOpen"/>
    bool IsOpen { get; }

    /// <inheritdoc cref="Handle.Schema"/>
    string? Schema { get; }

    /// <inheritdoc cref="Handle.PinReasons"/>
    PinReasons PinReasons { get; }

    /// <inheritdoc cref="Handle.IsInTransaction"/>
    bool IsInTransaction { get; }

    /// <inheritdoc cref="Handle.LostBecause"/>
    string? LostBecause { get; }

    /// <inheritdoc cref="Handle.Facts"/>
    LinkFacts Facts { get; }

    /// <inheritdoc cref="Handle.ServerThread"/>
    uint? ServerThread { get; }

    /// <inheritdoc cref="Handle.OpenAsync"/>
    ValueTask OpenAsync(Deadline deadline, CancellationToken cancellationToken);

    /// <inheritdoc cref="Handle.Parse"/>
    ParsedStatement Parse(string text);

    /// <inheritdoc cref="Handle.ExecuteAsync"/>
    ValueTask<Reply> ExecuteAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken);

    /// <inheritdoc cref="Handle.PrepareAsync"/>
    ValueTask<ErrPacket?> PrepareAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken);

    /// <inheritdoc cref="Handle.Cancel"/>
    void Cancel();

    /// <inheritdoc cref="Handle.ChangeSchemaAsync"/>
    ValueTask ChangeSchemaAsync(string schema, Deadline deadline, CancellationToken cancellationToken);

    /// <inheritdoc cref="Handle.ListensForWarnings"/>
    bool ListensForWarnings { get; set; }

    /// <inheritdoc cref="Handle.TryBeginLater"/>
    bool TryBeginLater(string characteristics, string begin);

    /// <inheritdoc cref="Handle.TryForgetBegin"/>
    bool TryForgetBegin();

    /// <inheritdoc cref="Handle.PingAsync(Deadline, CancellationToken)"/>
    ValueTask PingAsync(Deadline deadline, CancellationToken cancellationToken);

    /// <inheritdoc cref="Handle.PinAsync"/>
    ValueTask PinAsync(string note, Deadline deadline, CancellationToken cancellationToken);

    /// <inheritdoc cref="Handle.Unpin"/>
    void Unpin();

    /// <inheritdoc cref="Handle.Close"/>
    void Close();
}
