using System.Security.Cryptography;
using System.Text;

namespace MuxProvider.Testing;

/// <summary>
/// The server's side of the authentication plugins, written apart from the product's so that one checks the other.
/// </summary>
internal static class PasswordChecks
{
    /// <summary>mysql_native_password: SHA1(password) xor SHA1(nonce + SHA1(SHA1(password))).</summary>
    public static bool Native(string password, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> response)
    {
        if (password.Length == 0)
            return response.IsEmpty;
        var once = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        return Same(once, SHA1.HashData([.. nonce, .. SHA1.HashData(once)]), response);
    }

    /// <summary>caching_sha2_password: SHA256(password) xor SHA256(SHA256(SHA256(password)) + nonce).</summary>
    public static bool CachingSha2(string password, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> response)
    {
        if (password.Length == 0)
            return response.IsEmpty;
        var once = SHA256.HashData(Encoding.UTF8.GetBytes(password));
        return Same(once, SHA256.HashData([.. SHA256.HashData(once), .. nonce]), response);
    }

    /// <summary>The password itself with a NUL behind it.</summary>
    public static bool Clear(string password, ReadOnlySpan<byte> response) =>
        response.SequenceEqual((ReadOnlySpan<byte>)[.. Encoding.UTF8.GetBytes(password), 0]);

    /// <summary>MariaDB's proof that a certificate is the server's own: 1, then SHA256(SHA1(SHA1(password)) + nonce + SHA256(certificate)) in digits.</summary>
    public static byte[] Proof(string password, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> certificate)
    {
        var stored = SHA1.HashData(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
        return [1, .. Encoding.ASCII.GetBytes(Convert.ToHexString(SHA256.HashData([.. stored, .. nonce, .. SHA256.HashData(certificate)])))];
    }

    private static bool Same(byte[] first, byte[] second, ReadOnlySpan<byte> response)
    {
        for (var i = 0; i < first.Length; i++)
            first[i] ^= second[i];
        return response.SequenceEqual(first);
    }
}
