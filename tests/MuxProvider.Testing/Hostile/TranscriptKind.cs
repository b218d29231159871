namespace MuxProvider.Testing;

/// <summary>What a <see cref="Transcript"/> is the server's part of.</summary>
public enum TranscriptKind
{
    /// <summary>From the greeting on, with the answers to what a client asks behind its login.</summary>
    Login,

    /// <summary>The reply to a statement that is text.</summary>
    Query,

    /// <summary>The reply to the execution of what was prepared.</summary>
    Execution,

    /// <summary>The reply to a statement that was to be prepared.</summary>
    Preparation,
}
