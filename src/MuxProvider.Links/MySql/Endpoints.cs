using System.Collections.Concurrent;

namespace MuxProvider.Links.MySql;

/// <summary>
/// What the process has learned about endpoints: which of them cannot be pipelined. Guessing from names or versions failed in
/// the field, so this is only ever learned by trying. Any thread may use it.
/// </summary>
internal static class Endpoints
{
    // Endpoint and server version to whether pipelining works.
    private static readonly ConcurrentDictionary<string, bool> s_pipelining = new();

    public static bool? SupportsPipelining(string endpoint, string serverVersion) =>
        s_pipelining.TryGetValue(Key(endpoint, serverVersion), out var supported) ? supported : null;

    public static void Remember(string endpoint, string serverVersion, bool supportsPipelining) =>
        s_pipelining[Key(endpoint, serverVersion)] = supportsPipelining;

    /// <summary>
    /// Something went wrong at an endpoint: perhaps another server, or what stands before it, answers there now. That pipelining
    /// works there has to be found out again; that it does not is believed for ever.
    /// </summary>
    public static void Doubt(string endpoint)
    {
        foreach (var (key, supported) in s_pipelining)
        {
            if (supported && key.StartsWith(endpoint, StringComparison.Ordinal) && key.AsSpan(endpoint.Length).StartsWith(" "))
                s_pipelining.TryRemove(new KeyValuePair<string, bool>(key, true));
        }
    }

    private static string Key(string endpoint, string serverVersion) => $"{endpoint} {serverVersion}";
}
