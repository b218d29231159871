using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>Which authentication plugins a server may ask for, and over which channels the password may go in clear. Immutable.</summary>
/// <param name="named">The plugins that the user allows; none for all that are supported.</param>
internal sealed class PluginRules(IReadOnlyList<string> named)
{
    // The one to begin with first, where the server's own choice cannot be followed.
    private static readonly string[] s_known =
    [
        AuthenticationPlugins.CachingSha2Password, AuthenticationPlugins.NativePassword, AuthenticationPlugins.Sha256Password,
        AuthenticationPlugins.ClearPassword,
    ];

    /// <summary>What may be asked for, for messages.</summary>
    public string Allowed => string.Join(", ", s_known.Where(Allows));

    /// <summary>Whether a plugin can be answered at all.</summary>
    public static bool Knows(string plugin) => s_known.Contains(plugin, StringComparer.Ordinal);

    /// <summary>Whether the user lets the server ask for a plugin.</summary>
    public bool Allows(string plugin) => Knows(plugin) && (named.Count == 0 || named.Contains(plugin, StringComparer.Ordinal));

    /// <summary>Whether the user has named a plugin.</summary>
    public bool Names(string plugin) => named.Contains(plugin, StringComparer.Ordinal);

    /// <summary>
    /// Which plugin to begin with. A server that wants another one for this user says so; clear text is never where a login begins,
    /// unless nothing else may be used.
    /// </summary>
    /// <param name="offered">The server's default; "" for none.</param>
    /// <returns>A plugin that is allowed.</returns>
    public string First(string offered)
    {
        if (offered.Length == 0)
            offered = AuthenticationPlugins.NativePassword;
        return offered != AuthenticationPlugins.ClearPassword && Allows(offered) ? offered : s_known.First(Allows);
    }

    /// <summary>
    /// Whether mysql_clear_password may be answered. Over TLS with a certificate that nobody has checked, whoever stands in between could
    /// ask for it, even where the real server never does: there the user has to name it.
    /// </summary>
    public bool AllowsClearText(ChannelTrust channel) => Allows(AuthenticationPlugins.ClearPassword) && channel switch
    {
        ChannelTrust.Known => true,
        ChannelTrust.Encrypted => named.Count > 0,
        _ => false,
    };
}
