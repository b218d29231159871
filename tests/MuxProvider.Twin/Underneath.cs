namespace MuxProvider.Twin;

/// <summary>
/// The provider that links run over, by the name that a command line or MUX_PROVIDER has for it: <c>mysqldata</c> is MySql.Data,
/// <c>self</c> MuxProvider's own factory with a link for each connection. Shared with MuxProvider.Conformance.
/// </summary>
internal static class Underneath
{
    /// <summary>What MUX_PROVIDER says; null for links of our own.</summary>
    public static string? Name => Environment.GetEnvironmentVariable("MUX_PROVIDER") is { Length: > 0 } name ? name : null;

    /// <summary>Whether there is such a provider.</summary>
    /// <param name="name">The name; null for links of our own.</param>
    /// <returns>Whether <see cref="Over"/> takes it.</returns>
    public static bool IsKnown(string? name) => name is null or "mysqldata" or "self";

    /// <summary>A connection string for links over a provider.</summary>
    /// <param name="name">The provider; null for links of our own.</param>
    /// <param name="connectionString">The connection string for links of our own.</param>
    /// <returns>The connection string.</returns>
    public static string Over(string? name, string connectionString)
    {
        if (name is null)
            return connectionString;
        var options = new MuxConnectionStringBuilder(connectionString)
        {
            Provider = name switch
            {
                "mysqldata" => "MySql.Data.MySqlClient.MySqlClientFactory, MySql.Data",
                "self" => "MuxProvider.MuxProviderFactory, MuxProvider",
                _ => throw new InvalidOperationException($"MUX_PROVIDER is '{name}', but only mysqldata and self are known."),
            },
        };
        if (name == "mysqldata")
        {
            // What it needs for TLS is not there, and it has no name for programs; data sources that must not share links differ by that.
            options.SslMode = MuxSslMode.None;
            options.AllowPublicKeyRetrieval = true;
            options.ConnectionIdleTimeout += Number(options.ApplicationName);
            options.Remove("Application Name");
        }

        return options.ConnectionString;
    }

    /// <summary>The groups of the twin test's grammar that a provider cannot play.</summary>
    /// <param name="name">The provider; null for links of our own.</param>
    /// <returns>The groups.</returns>
    public static IReadOnlyList<string> LeftOut(string? name) => name switch
    {
        // Where an error ends the rows of a result MySql.Data waits for more of them until the command's time is over, or for ever.
        "mysqldata" => ["large"],
        _ => [],
    };

    // Another one for each name, to make options differ that do not matter otherwise.
    private static uint Number(string name)
    {
        lock (s_numbers)
        {
            if (!s_numbers.TryGetValue(name, out var number))
                s_numbers.Add(name, number = (uint)s_numbers.Count + 1);
            return number;
        }
    }

    private static readonly Dictionary<string, uint> s_numbers = [];
}
