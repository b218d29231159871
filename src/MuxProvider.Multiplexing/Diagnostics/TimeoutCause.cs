namespace MuxProvider.Multiplexing;

/// <summary>Why a statement got no answer in time, as far as it can be told.</summary>
internal enum TimeoutCause : byte
{
    /// <summary>The server works on it, or on nothing at all.</summary>
    SlowServer,

    /// <summary>A statement in front of it on the same link takes long.</summary>
    HeadOfLine,

    /// <summary>The answer is there, but nobody had the time to take it.</summary>
    Starvation,

    /// <summary>Nothing comes from the server any more.</summary>
    Network,
}
