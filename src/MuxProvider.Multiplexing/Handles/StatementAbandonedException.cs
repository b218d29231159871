using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A statement's deadline came before its answer.</summary>
/// <param name="delivery">Whether the statement had been sent.</param>
/// <param name="message">Where the time went.</param>
public sealed class StatementAbandonedException(Delivery delivery, string message) : TimeoutException(message)
{
    /// <summary>Whether the statement had been sent: then it may still run.</summary>
    public Delivery Delivery { get; } = delivery;
}
