namespace MuxProvider.Links.AdoNet;

/// <summary>Opens links over connections of another ADO.NET provider, one statement at a time. Any thread may use it.</summary>
public sealed class AdoNetTransport : ILinkTransport
{
    /// <summary>Creates the transport. Nothing is connected yet.</summary>
    /// <param name="options">How connections are opened.</param>
    public AdoNetTransport(AdoNetTransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
    }

    /// <summary>How connections are opened.</summary>
    public AdoNetTransportOptions Options { get; }

    /// <inheritdoc/>
    public void BeginOpen(ILinkObserver observer, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(observer);
        throw new NotSupportedException("not yet");
    }
}
