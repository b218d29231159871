using System.Diagnostics;
using System.Globalization;

namespace MuxProvider.ServerTests;

/// <summary>The server under test, as <c>eng/with-server</c> describes it in the environment.</summary>
internal static class Server
{
    private static int s_names;

    /// <summary>Whether there is one.</summary>
    public static bool IsThere => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("MUX_SERVER"));

    /// <summary>Its connection string: a user who may do everything.</summary>
    public static string ConnectionString => Get("MUX_SERVER");

    /// <summary>mariadb, mariadb118 or mysql; where nobody says, what the server says of itself.</summary>
    public static string Kind => Environment.GetEnvironmentVariable("MUX_SERVER_KIND") ?? "unknown";

    /// <summary>Whether it is Oracle's.</summary>
    public static bool IsMySql => Kind.StartsWith("mysql", StringComparison.Ordinal);

    /// <summary>The unix socket.</summary>
    public static string Socket => Get("MUX_SERVER_SOCKET");

    /// <summary>The certificate of the authority that signed the server's.</summary>
    public static string Ca => Get("MUX_SERVER_CA");

    /// <summary>A client's certificate.</summary>
    public static string ClientCert => Get("MUX_SERVER_CLIENT_CERT");

    /// <summary>The key of the client's certificate.</summary>
    public static string ClientKey => Get("MUX_SERVER_CLIENT_KEY");

    /// <summary>A name that nothing else has, on this server or in another run.</summary>
    public static string NewName(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}_{Environment.ProcessId}_{Interlocked.Increment(ref s_names)}");

    /// <summary>
    /// A connection string of its own: no other test shares its links.
    /// </summary>
    /// <param name="options">What is different, such as <c>Max Links=2;Database=…</c>.</param>
    public static string Options(string options = "")
    {
        var builder = new MuxConnectionStringBuilder(ConnectionString) { ApplicationName = NewName("test") };
        foreach (var option in options.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            builder[option[..equals].Trim()] = option[(equals + 1)..].Trim();
        }

        return builder.ConnectionString;
    }

    /// <summary>Runs texts as the user who may do everything, on a link of their own that is closed afterwards.</summary>
    public static async Task AdminAsync(params string[] texts)
    {
        await using var source = MuxDataSource.Create(Options("Multiplexing=false;Database=;Allow User Variables=true"));
        await using var connection = await source.OpenConnectionAsync();
        foreach (var text in texts)
            await connection.RunAsync(text);
    }

    /// <summary>Asks as the user who may do everything, on a link of its own that is closed afterwards.</summary>
    public static async Task<T> AdminScalarAsync<T>(string text)
    {
        await using var source = MuxDataSource.Create(Options("Multiplexing=false;Database=;Allow User Variables=true"));
        await using var connection = await source.OpenConnectionAsync();
        return await connection.ScalarAsync<T>(text);
    }

    /// <summary>Stops or starts the server, or asks for its process.</summary>
    public static async Task ControlAsync(string word)
    {
        using var process = Process.Start(new ProcessStartInfo(Get("MUX_SERVER_CONTROL"), word) { RedirectStandardOutput = true })!;

        // Not read to its end: the server that it starts inherits what nobody closes.
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"the server's control script failed to {word}");
    }

    private static string Get(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new IgnoreException($"{variable} is not set: run eng/with-server.");
}
