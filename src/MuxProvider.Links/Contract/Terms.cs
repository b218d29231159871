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
    Protocol.LiteralOptions Literals)
{
    /// <summary>
    /// The settings at which the statement leaves the session where it succeeds; null where it does not change them. Where it
    /// fails, the session is where it was if the text is one statement; otherwise its variables count as unknown.
    /// </summary>
    public Settings? Leaves { get; init; }

    /// <summary>Whether the text is one statement, so that one that fails has changed no settings.</summary>
    public bool IsSingleStatement { get; init; } = true;

    /// <summary>
    /// The value that <c>LAST_INSERT_ID()</c> must have when the statement begins (<c>SET last_insert_id=n</c>, part of the prefix);
    /// null to leave the register as it is.
    /// </summary>
    public ulong? GeneratedId { get; init; }

    /// <summary>
    /// One statement that must stand directly in front (<c>SET TRANSACTION ISOLATION LEVEL SERIALIZABLE</c>), in the same packet: the
    /// statement does not run where this one fails. Null for none.
    /// </summary>
    public string? Before { get; init; }

    /// <summary>
    /// The statement that begins a transaction (<c>START TRANSACTION READ ONLY</c>), behind <see cref="Before"/> and directly in front of
    /// the statement, in the same packet: the statement does not run where this one fails. Null for none.
    /// </summary>
    public string? Begin { get; init; }

    /// <summary>
    /// Whether the statement, which has to be just one, may run prepared. Where the link cannot do so at once it runs as text; its reply fails
    /// with <see cref="LinkFailureKind.NotPrepared"/> where that turns out too late.
    /// </summary>
    public bool MayRunPrepared { get; init; }

    /// <summary>
    /// Whether the statement only reads, and answers with just one result that has rows: then a link may send it together with others of
    /// the kind, of whichever handles.
    /// </summary>
    public bool IsPlainRead { get; init; }

    /// <summary>Whether the server may be told to stop the statement once nobody waits for it any more.</summary>
    public bool MayBeKilled { get; init; }

    /// <summary>
    /// Whether the caller runs the statement, which only reads, once more elsewhere when its reply fails with
    /// <see cref="LinkFailureKind.HeldUp"/>.
    /// </summary>
    public bool MayMove { get; init; }

    /// <summary>What to ask directly behind the statement, in the same write.</summary>
    public Probes Probes { get; init; }

    /// <summary>
    /// Whether the server may ask for local data: then nothing is sent behind the statement until its reply is over, and
    /// <see cref="Reply.LocalRequest"/> is to be waited for.
    /// </summary>
    public bool OffersLocalData { get; init; }

    /// <summary>
    /// How many bytes of the answer are kept before the reply is handed over as a stream (<see cref="Reply.IsStream"/>); 0 for all,
    /// however many. Without a lease the observer is asked first (<see cref="ILinkObserver.OnLarge"/>).
    /// </summary>
    public long StreamAbove { get; init; }

    /// <summary>How many bytes of a stream are read ahead of its consumer; a single row may be larger.</summary>
    public long StreamWindow { get; init; }
}
