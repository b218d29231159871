using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// How a MariaDB server (11.4 and later) shows that its TLS certificate is its own, though no authority has signed it: at the end of the
/// login it hashes what it keeps of the user's password together with the certificate. Whoever stands in between has another
/// certificate and does not know the password's hash:
/// <see href="https://mariadb.org/mission-impossible-zero-configuration-ssl/">zero-configuration TLS</see>.
/// </summary>
public static class CertificateProof
{
    /// <summary>The first byte of the OK packet's message; the digits follow.</summary>
    public const byte Header = 0x01;

    /// <summary>Computes the proof.</summary>
    /// <param name="passwordHash">What the server keeps of the password, such as <see cref="NativePassword.StoredHash"/>.</param>
    /// <param name="nonce">The nonce that the password was scrambled with.</param>
    /// <param name="certificateHash">The SHA-256 of the certificate (DER).</param>
    /// <returns>The message: 65 bytes.</returns>
    public static byte[] Compute(ReadOnlySpan<byte> passwordHash, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> certificateHash) =>
        [Header, .. Encoding.ASCII.GetBytes(Convert.ToHexString(Digest(passwordHash, nonce, certificateHash)))];

    /// <summary>Checks the proof, as a client does.</summary>
    /// <param name="message">The OK packet's message.</param>
    /// <param name="passwordHash">What the server keeps of the password; without one nothing can be proven.</param>
    /// <param name="nonce">The nonce that the password was scrambled with.</param>
    /// <param name="certificateHash">The SHA-256 of the certificate that the client was shown (DER).</param>
    /// <returns>Whether the server knows the password's hash, and the certificate is its own.</returns>
    public static bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> passwordHash, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> certificateHash)
    {
        if (passwordHash.IsEmpty || nonce.IsEmpty || certificateHash.Length != SHA256.HashSizeInBytes)
            return false;
        if (message.Length != 1 + 2 * SHA256.HashSizeInBytes || message[0] != Header)
            return false;
        Span<byte> said = stackalloc byte[SHA256.HashSizeInBytes];
        return Convert.FromHexString(Encoding.ASCII.GetString(message[1..]), said, out _, out _) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(said, Digest(passwordHash, nonce, certificateHash));
    }

    private static byte[] Digest(ReadOnlySpan<byte> passwordHash, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> certificateHash) =>
        SHA256.HashData([.. passwordHash, .. nonce, .. certificateHash]);
}
