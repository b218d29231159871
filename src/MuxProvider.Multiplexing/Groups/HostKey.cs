using System.Security.Cryptography;
using System.Text;

namespace MuxProvider.Multiplexing;

/// <summary>
/// The value identity of interchangeable links: what can only be chosen when a link is opened. The schema, the character set
/// and variables are not part of it: those travel with the handle.
/// </summary>
/// <param name="Transport">The kind of link.</param>
/// <param name="Endpoints">Where it leads.</param>
/// <param name="UserId">The user.</param>
/// <param name="CredentialHash">What distinguishes the password, without telling it.</param>
/// <param name="Security">TLS and authentication options.</param>
/// <param name="Flags">Whatever else is fixed at login.</param>
public sealed record HostKey(string Transport, string Endpoints, string UserId, string CredentialHash, string Security, string Flags)
{
    /// <summary>A hash that tells passwords apart within this process and is of no use outside.</summary>
    /// <param name="password">The password.</param>
    /// <returns>Hexadecimal digits.</returns>
    public static string HashCredential(string password) =>
        Convert.ToHexString(HMACSHA256.HashData(s_processKey, Encoding.UTF8.GetBytes(password)));

    private static readonly byte[] s_processKey = RandomNumberGenerator.GetBytes(32);

    /// <inheritdoc/>
    public override string ToString() => $"{UserId}@{Endpoints}";
}
