using System.Diagnostics;
using System.Globalization;

namespace MuxProvider.ClusterTests;

/// <summary>The cluster under test, as <c>eng/with-server galera</c> or <c>mysqlpair</c> describes it in the environment.</summary>
internal static class Cluster
{
    /// <summary>Whether there is one.</summary>
    public static bool IsThere => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("MUX_CLUSTER_CONTROL"));

    /// <summary>A connection string with all nodes and an application name of its own: no other test shares its links.</summary>
    /// <param name="options">What is different, such as <c>Target Session=Primary</c>.</param>
    public static string Options(string options) =>
        $"{Environment.GetEnvironmentVariable("MUX_SERVERS")};Application Name={Server.NewName("test")};{options}";

    /// <summary>Has the control script do something.</summary>
    /// <param name="words">Its arguments, with spaces between them.</param>
    public static async Task ControlAsync(string words)
    {
        // What it prints goes where the tests' own output goes: nodes that it starts would keep a pipe open.
        using var process = Start(words, isRead: false);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"the cluster's control script failed to {words}");
    }

    /// <summary>Asks the control script; what it says, without the end of the line.</summary>
    /// <param name="words">Its arguments, with spaces between them.</param>
    public static async Task<string> AskAsync(string words)
    {
        using var process = Start(words, isRead: true);
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? answer.Trim() : "no answer";
    }

    /// <summary>Asks a node over its socket, as the user who may do everything.</summary>
    /// <param name="node">Its number.</param>
    /// <param name="text">One question with one answer.</param>
    public static async Task<string> SqlAsync(int node, string text)
    {
        using var process = Start($"sql {node}", isRead: true, text);
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"node {node} did not answer {text}");
        return answer.Trim();
    }

    /// <summary>The port of a node.</summary>
    public static async Task<int> PortAsync(int node) => int.Parse(await AskAsync($"port {node}"), CultureInfo.InvariantCulture);

    private static Process Start(string words, bool isRead, params string[] more) => Process.Start(
        new ProcessStartInfo(
            Environment.GetEnvironmentVariable("MUX_CLUSTER_CONTROL") ?? throw new IgnoreException("MUX_CLUSTER_CONTROL is not set: run eng/with-server."),
            words.Split(' ').Concat(more))
        {
            RedirectStandardOutput = isRead,
        })!;
}
