namespace MuxProvider;

/// <summary>Which of its statements the results of a call have come to.</summary>
internal enum CallPhase
{
    /// <summary>Variables are set.</summary>
    Setting,

    /// <summary>The procedure runs.</summary>
    Calling,

    /// <summary>The call's warnings come.</summary>
    Warnings,

    /// <summary>The output comes.</summary>
    Output,

    /// <summary>Variables are cleared.</summary>
    Clearing,

    /// <summary>Nothing more.</summary>
    Over,
}
