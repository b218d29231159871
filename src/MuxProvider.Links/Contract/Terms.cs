namespace MuxProvider.Links;

/// <summary>The terms under which a link runs a statement.</summary>
/// <param name="Settings">The settings it must find, or null to take the session as it is (on a lease).</param>
/// <param name="Deadline">When its caller stops waiting.</param>
/// <param name="LeavesNoState">
/// Whether it was forecast to leave no session state behind: evidence of the contrary is a surprise.
/// </param>
/// <param name="OnLease">Whether the caller owns the link. Otherwise the request is refused, not sent, where the link is not shared.</param>
/// <param name="Literals">How values are written into the text.</param>
public readonly record struct Terms(
    Settings? Settings,
    Deadline Deadline,
    bool LeavesNoState,
    bool OnLease,
    Protocol.LiteralOptions Literals);
