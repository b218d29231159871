using System.Security.Cryptography;
using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html">mysql_native_password</see>:
/// the client proves with <c>SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password)))</c> that it knows the password; the
/// server keeps <c>SHA1(SHA1(password))</c>.
/// </summary>
public static class NativePassword
{
    /// <summary>The length of the server's nonce in bytes, without the NUL that follows it on the wire.</summary>
    public const int NonceLength = 20;

    /// <summary>Computes the client's response.</summary>
    /// <param name="password">The password.</param>
    /// <param name="nonce20">The server's nonce: exactly 20 bytes.</param>
    /// <returns>20 bytes; none for an empty password.</returns>
    /// <exception cref="ArgumentException">The nonce is not 20 bytes long.</exception>
    public static byte[] Scramble(string password, ReadOnlySpan<byte> nonce20)
    {
        ArgumentNullException.ThrowIfNull(password);
        ThrowIfNoNonce(nonce20);
        if (password.Length == 0)
            return [];

        Span<byte> once = stackalloc byte[SHA1.HashSizeInBytes];
        Span<byte> salted = stackalloc byte[NonceLength + SHA1.HashSizeInBytes];
        Hash(password, once);
        nonce20.CopyTo(salted);
        SHA1.HashData(once, salted[NonceLength..]);
        var response = SHA1.HashData(salted);
        Xor(response, once);
        CryptographicOperations.ZeroMemory(once);
        return response;
    }

    /// <summary>Computes what the server keeps of a password.</summary>
    /// <param name="password">The password.</param>
    /// <returns><c>SHA1(SHA1(password))</c>, 20 bytes; none for an empty password.</returns>
    public static byte[] StoredHash(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length == 0)
            return [];
        Span<byte> once = stackalloc byte[SHA1.HashSizeInBytes];
        Hash(password, once);
        var twice = SHA1.HashData(once);
        CryptographicOperations.ZeroMemory(once);
        return twice;
    }

    /// <summary>Checks a client's response, as a server does.</summary>
    /// <param name="response">The response.</param>
    /// <param name="nonce20">The nonce that was sent: exactly 20 bytes.</param>
    /// <param name="storedHash">The user's <see cref="StoredHash"/>.</param>
    /// <returns>Whether the client knows the password.</returns>
    /// <exception cref="ArgumentException">The nonce is not 20 bytes long.</exception>
    public static bool Verify(ReadOnlySpan<byte> response, ReadOnlySpan<byte> nonce20, ReadOnlySpan<byte> storedHash)
    {
        ThrowIfNoNonce(nonce20);
        if (storedHash.IsEmpty)
            return response.IsEmpty;
        if (response.Length != SHA1.HashSizeInBytes || storedHash.Length != SHA1.HashSizeInBytes)
            return false;

        Span<byte> salted = stackalloc byte[NonceLength + SHA1.HashSizeInBytes];
        Span<byte> once = stackalloc byte[SHA1.HashSizeInBytes];
        Span<byte> twice = stackalloc byte[SHA1.HashSizeInBytes];
        nonce20.CopyTo(salted);
        storedHash.CopyTo(salted[NonceLength..]);
        SHA1.HashData(salted, once);
        Xor(once, response);
        SHA1.HashData(once, twice);
        CryptographicOperations.ZeroMemory(once);
        return CryptographicOperations.FixedTimeEquals(twice, storedHash);
    }

    private static void Hash(string password, Span<byte> destination)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        SHA1.HashData(bytes, destination);
        CryptographicOperations.ZeroMemory(bytes);
    }

    private static void Xor(Span<byte> target, ReadOnlySpan<byte> mask)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] ^= mask[i];
    }

    private static void ThrowIfNoNonce(ReadOnlySpan<byte> nonce20)
    {
        if (nonce20.Length != NonceLength)
            throw new ArgumentException($"The nonce has to be {NonceLength} bytes long, not {nonce20.Length}; the NUL behind it is not part of it.", nameof(nonce20));
    }
}
