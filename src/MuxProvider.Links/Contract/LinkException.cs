using MuxProvider.Protocol;

namespace MuxProvider.Links;

/// <summary>A link failed, or could not be had. Never a statement's own error: that is part of its reply.</summary>
/// <param name="kind">What went wrong.</param>
/// <param name="delivery">How far the statement got.</param>
/// <param name="message">What happened and how to mend it.</param>
/// <param name="serverError">What the server said, or null.</param>
/// <param name="innerException">The cause, or null.</param>
public sealed class LinkException(
    LinkFailureKind kind,
    Delivery delivery,
    string message,
    ErrPacket? serverError = null,
    Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What went wrong.</summary>
    public LinkFailureKind Kind { get; } = kind;

    /// <summary>How far the statement got.</summary>
    public Delivery Delivery { get; } = delivery;

    /// <summary>What the server said, or null.</summary>
    public ErrPacket? ServerError { get; } = serverError;

    /// <summary>The same failure for a statement that got so far.</summary>
    /// <param name="delivery">How far the statement got.</param>
    /// <returns>A new exception with this one as its cause.</returns>
    public LinkException At(Delivery delivery) =>
        delivery == Delivery ? this : new LinkException(Kind, delivery, Message, ServerError, this);

    /// <summary>The same failure for one of several callers: each gets an object, and a stack trace, of its own.</summary>
    /// <returns>A new exception with this one as its cause.</returns>
    public LinkException Rethrown() => new(Kind, Delivery, Message, ServerError, this);
}
