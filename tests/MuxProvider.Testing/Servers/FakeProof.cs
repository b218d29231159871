namespace MuxProvider.Testing;

/// <summary>What a <see cref="FakeServer"/> says at the end of a login inside TLS to show that its certificate is its own.</summary>
public enum FakeProof
{
    /// <summary>Nothing, as servers that do not know of it.</summary>
    None,

    /// <summary>The right hash, as MariaDB from 11.4 on.</summary>
    Right,

    /// <summary>The hash for another certificate, as it comes from the real server to somebody who stands in between.</summary>
    OfAnotherCertificate,

    /// <summary>The hash for another password, as from somebody who does not know the user's.</summary>
    OfAnotherPassword,

    /// <summary>Something that is no hash.</summary>
    Nonsense,
}
