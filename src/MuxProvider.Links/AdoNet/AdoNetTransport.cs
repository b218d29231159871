namespace MuxProvider.Links.AdoNet;

/// <summary>Opens links over connections of another ADO.NET provider, one statement at a time. Any thread may use it.</summary>
public sealed class AdoNetTransport : ILinkTransport
{
    private long _coalesced;

    /// <summary>Creates the transport. Nothing is connected yet.</summary>
    /// <param name="options">How connections are opened.</param>
    public AdoNetTransport(AdoNetTransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
    }

    /// <summary>How connections are opened.</summary>
    public AdoNetTransportOptions Options { get; }

    /// <summary>Statements that were sent together with others.</summary>
    public long Coalesced => Volatile.Read(ref _coalesced);

    /// <summary>How columns were described.</summary>
    internal InnerColumnCache Columns { get; } = new();

    /// <inheritdoc/>
    public void BeginOpen(ILinkObserver observer, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(observer);
        new AdoNetLink(this, observer).Start(timeout);
    }

    /// <summary>Counts statements that went together.</summary>
    internal void NoteCoalesced(int statements) => Interlocked.Add(ref _coalesced, statements);
}
