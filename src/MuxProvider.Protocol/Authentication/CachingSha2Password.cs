using System.Security.Cryptography;
using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html">caching_sha2_password</see>:
/// the client first tries <c>SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce)</c>, which a server that has the
/// user in its cache can check. A server that has not asks for the password itself: in clear over a safe channel
/// (<see cref="ClearPassword"/>), else encrypted with the server's public key.
/// </summary>
public static class CachingSha2Password
{
    /// <summary>The length of the server's nonce in bytes, without the NUL that follows it on the wire.</summary>
    public const int NonceLength = 20;

    /// <summary>The client's message that asks for the server's public key.</summary>
    public const byte RequestPublicKey = 0x02;

    /// <summary>The server's answer (after the byte 0x01): the response was right, an OK packet follows.</summary>
    public const byte FastAuthenticationSucceeded = 0x03;

    /// <summary>The server's answer (after the byte 0x01): the password itself is needed.</summary>
    public const byte FullAuthenticationNeeded = 0x04;

    /// <summary>The bytes of a key that OAEP with SHA-1 takes for itself.</summary>
    private const int OaepOverhead = 2 * SHA1.HashSizeInBytes + 2;

    /// <summary>Computes the client's first response.</summary>
    /// <param name="password">The password.</param>
    /// <param name="nonce">The server's nonce: exactly 20 bytes.</param>
    /// <returns>32 bytes; none for an empty password.</returns>
    /// <exception cref="ArgumentException">The nonce is not 20 bytes long.</exception>
    public static byte[] Scramble(string password, ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(password);
        ThrowIfNoNonce(nonce);
        if (password.Length == 0)
            return [];

        Span<byte> once = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> salted = stackalloc byte[SHA256.HashSizeInBytes + NonceLength];
        Hash(password, once);
        SHA256.HashData(once, salted);
        nonce.CopyTo(salted[SHA256.HashSizeInBytes..]);
        var response = SHA256.HashData(salted);
        Xor(response, once);
        CryptographicOperations.ZeroMemory(once);
        return response;
    }

    /// <summary>Encrypts the password for full authentication over a channel that others can listen to.</summary>
    /// <param name="password">The password.</param>
    /// <param name="nonce">The server's nonce: exactly 20 bytes.</param>
    /// <param name="publicKeyPem">The server's RSA key, PEM.</param>
    /// <returns>The password and a NUL byte, XOR the repeated nonce, encrypted with RSA-OAEP and SHA-1: as long as the key.</returns>
    /// <exception cref="ArgumentException">The nonce is not 20 bytes long, the key cannot be read, or the password is too long for it.</exception>
    public static byte[] EncryptPassword(string password, ReadOnlySpan<byte> nonce, string publicKeyPem)
    {
        ArgumentNullException.ThrowIfNull(publicKeyPem);
        ThrowIfNoNonce(nonce);
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(publicKeyPem);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new ArgumentException("The server's public key is not an RSA key in PEM.", nameof(publicKeyPem), e);
        }

        var clear = ClearPassword.Encode(password);
        var room = rsa.KeySize / 8 - OaepOverhead;
        if (clear.Length > room)
            throw new ArgumentException($"The password is too long to be encrypted with a key of {rsa.KeySize} bits: at most {room - 1} bytes fit. Connect with TLS instead.", nameof(password));
        for (var i = 0; i < clear.Length; i++)
            clear[i] ^= nonce[i % NonceLength];

        // The server decrypts with OAEP and SHA-1 (RSA_PKCS1_OAEP_PADDING); there is no choice. OAEP does not rest on SHA-1's weak side.
        var encrypted = rsa.Encrypt(clear, RSAEncryptionPadding.OaepSHA1);
        CryptographicOperations.ZeroMemory(clear);
        return encrypted;
    }

    /// <summary>Computes what a server keeps in its cache of a password.</summary>
    /// <param name="password">The password.</param>
    /// <returns><c>SHA256(SHA256(password))</c>, 32 bytes; none for an empty password.</returns>
    public static byte[] CachedHash(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (password.Length == 0)
            return [];
        Span<byte> once = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(password, once);
        var twice = SHA256.HashData(once);
        CryptographicOperations.ZeroMemory(once);
        return twice;
    }

    /// <summary>Checks a client's first response against the cache, as a server does.</summary>
    /// <param name="response">The response.</param>
    /// <param name="nonce">The nonce that was sent: exactly 20 bytes.</param>
    /// <param name="cachedHash">The user's <see cref="CachedHash"/>.</param>
    /// <returns>Whether the client knows the password.</returns>
    /// <exception cref="ArgumentException">The nonce is not 20 bytes long.</exception>
    public static bool VerifyFast(ReadOnlySpan<byte> response, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cachedHash)
    {
        ThrowIfNoNonce(nonce);
        if (cachedHash.IsEmpty)
            return response.IsEmpty;
        if (response.Length != SHA256.HashSizeInBytes || cachedHash.Length != SHA256.HashSizeInBytes)
            return false;

        Span<byte> salted = stackalloc byte[SHA256.HashSizeInBytes + NonceLength];
        Span<byte> once = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> twice = stackalloc byte[SHA256.HashSizeInBytes];
        cachedHash.CopyTo(salted);
        nonce.CopyTo(salted[SHA256.HashSizeInBytes..]);
        SHA256.HashData(salted, once);
        Xor(once, response);
        SHA256.HashData(once, twice);
        CryptographicOperations.ZeroMemory(once);
        return CryptographicOperations.FixedTimeEquals(twice, cachedHash);
    }

    private static void Hash(string password, Span<byte> destination)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        SHA256.HashData(bytes, destination);
        CryptographicOperations.ZeroMemory(bytes);
    }

    private static void Xor(Span<byte> target, ReadOnlySpan<byte> mask)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] ^= mask[i];
    }

    private static void ThrowIfNoNonce(ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceLength)
            throw new ArgumentException($"The nonce has to be {NonceLength} bytes long, not {nonce.Length}; the NUL behind it is not part of it.", nameof(nonce));
    }
}
