namespace MuxProvider.Testing;

/// <summary>Says at the end of a test whether something was left behind at a <see cref="FakeServer"/>.</summary>
public static class LeakCheck
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>Waits until every connection is closed.</summary>
    /// <exception cref="TimeoutException">One stays open.</exception>
    public static void NoOpenConnections(FakeServer server) =>
        server.WaitUntil(() => server.OpenConnections == 0, () => $"all connections to be closed; {server.Describe()}", s_limit);

    /// <summary>Waits until every command on an open connection is answered, or was dropped on purpose.</summary>
    /// <exception cref="TimeoutException">One stays unanswered.</exception>
    public static void NoUnansweredCommands(FakeServer server) =>
        server.WaitUntil(() => server.UnansweredCommands == 0, () => $"all commands to be answered; {server.Describe()}", s_limit);

    /// <summary>Checks both, and that no client closed its connection while it still had commands in flight.</summary>
    /// <exception cref="TimeoutException">Something was left behind.</exception>
    /// <exception cref="InvalidOperationException">A client walked away from its commands, or broke the protocol.</exception>
    public static void Clean(FakeServer server)
    {
        NoUnansweredCommands(server);
        NoOpenConnections(server);
        if (server.AbandonedCommands > 0)
            throw new InvalidOperationException($"Clients closed their connections with {server.AbandonedCommands} commands in flight.");
        if (server.Violations.Count > 0)
            throw new InvalidOperationException("Clients broke the protocol: " + string.Join("; ", server.Violations));
    }
}
