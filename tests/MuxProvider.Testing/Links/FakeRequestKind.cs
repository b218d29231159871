namespace MuxProvider.Testing;

/// <summary>What a <see cref="FakeLink"/> was asked for.</summary>
public enum FakeRequestKind
{
    /// <summary>A statement.</summary>
    Statement,

    /// <summary>A sign of life.</summary>
    Ping,

    /// <summary>A clean session.</summary>
    Recycle,
}
