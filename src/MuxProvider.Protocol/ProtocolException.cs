namespace MuxProvider.Protocol;

/// <summary>
/// The other side sent bytes that the MySQL client/server protocol does not allow at this point.
/// After this exception nothing more can be understood on that conversation: it has to be closed.
/// </summary>
public sealed class ProtocolException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected and what came.</param>
    public ProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the fault that revealed it.</summary>
    /// <param name="message">What was expected and what came.</param>
    /// <param name="innerException">The fault.</param>
    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
