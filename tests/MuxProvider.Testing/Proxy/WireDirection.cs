namespace MuxProvider.Testing;

/// <summary>Which way bytes go through a <see cref="FaultProxy"/>.</summary>
public enum WireDirection
{
    /// <summary>What the client says.</summary>
    ToServer,

    /// <summary>What the server says.</summary>
    ToClient,
}
