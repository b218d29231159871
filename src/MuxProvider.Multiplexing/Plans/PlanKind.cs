namespace MuxProvider.Multiplexing;

/// <summary>What a handle does with a statement.</summary>
internal enum PlanKind : byte
{
    /// <summary>Sends it on a shared link.</summary>
    Float,

    /// <summary>Runs it on its lease, or takes one.</summary>
    Lease,

    /// <summary>Answers it without the server.</summary>
    Local,

    /// <summary>Refuses it; nothing is sent.</summary>
    Reject,
}
