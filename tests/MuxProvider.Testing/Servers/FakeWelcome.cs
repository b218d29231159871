namespace MuxProvider.Testing;

/// <summary>How a <see cref="FakeServer"/> meets a new connection.</summary>
public enum FakeWelcome
{
    /// <summary>With a greeting.</summary>
    Greeting,

    /// <summary>With ERR 1040, "Too many connections", and the end of the connection.</summary>
    TooManyConnections,

    /// <summary>Not at all: the connection is accepted and nothing is ever said.</summary>
    Silence,

    /// <summary>With the end of the connection.</summary>
    Hangup,
}
