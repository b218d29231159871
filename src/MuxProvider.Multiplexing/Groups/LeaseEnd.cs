namespace MuxProvider.Multiplexing;

/// <summary>What a session carries of its handle when the lease ends, and so what becomes of the link.</summary>
internal enum LeaseEnd : byte
{
    /// <summary>Nothing: the link can be used as it is.</summary>
    Clean,

    /// <summary>State that a reset clears.</summary>
    Reset,

    /// <summary>State that a reset may leave behind (roles, prepared XA transactions), or nobody knows: the link is closed.</summary>
    Discard,
}
