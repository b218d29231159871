namespace MuxProvider.Links;

/// <summary>How far a statement is that is to be prepared on a link.</summary>
internal enum PreparedState : byte
{
    /// <summary>The server was asked and has not answered.</summary>
    Asked,

    /// <summary>It can be executed.</summary>
    Ready,

    /// <summary>The server cannot prepare it, or cannot now: it runs as text for a while.</summary>
    Refused,

    /// <summary>It had to make room, or is not wanted any more; its id has to be closed, once it is known.</summary>
    Evicted,

    /// <summary>The server has forgotten it.</summary>
    Lost,
}
