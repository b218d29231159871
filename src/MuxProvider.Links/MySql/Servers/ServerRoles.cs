using System.Text;

namespace MuxProvider.Links.MySql;

/// <summary>What servers are asked for their role, and what the answers mean. Nothing of it depends on a session's settings. Pure.</summary>
internal static class ServerRoles
{
    /// <summary>Whether the server takes changes. Every MySQL whose super_read_only is on has read_only on, too.</summary>
    public const string Plain = "SELECT @@global.read_only, @@global.innodb_read_only";

    /// <summary>Whether a MariaDB is a node of a cluster, and one that runs statements. An error means that it is none.</summary>
    public const string Cluster =
        "SELECT @@global.wsrep_on, IF(@@global.wsrep_on, (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_READY'), 'ON')";

    /// <summary>Both for a server that is known to be a node of a cluster.</summary>
    public const string ClusterNode =
        "SELECT @@global.read_only, @@global.innodb_read_only, VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_READY'";

    // ER_UNKNOWN_COM_ERROR: the node does not run statements.
    private const ushort NotReady = 1047;

    // ER_LOCK_WAIT_TIMEOUT: what a node says that waits in vain for its cluster before it reads (wsrep_sync_wait). Variables have no locks.
    private const ushort WaitedInVain = 1205;

    private static readonly StatementText s_plain = new(Plain, []);
    private static readonly StatementText s_clusterNode = new(ClusterNode, []);

    /// <summary>Whether an error is an answer while logging in, too: then the question could not be understood.</summary>
    /// <param name="text">What was asked.</param>
    /// <param name="error">The error's number.</param>
    public static bool IsOptional(string text, ushort error) => text is Plain or Cluster && error != NotReady;

    /// <summary>What a link is asked now and then.</summary>
    /// <param name="facts">The link.</param>
    /// <returns>The statement's text.</returns>
    public static StatementText For(LinkFacts facts) => facts.IsClusterNode ? s_clusterNode : s_plain;

    /// <summary>The role of a server, from what it said while logging in.</summary>
    /// <param name="plain">The cells of the answer to <see cref="Plain"/>; none where it was not understood.</param>
    /// <param name="cluster">Those of <see cref="Cluster"/>.</param>
    /// <returns>The role, and whether the server is a node of a cluster.</returns>
    public static (ServerRole Role, bool IsClusterNode) Read(IReadOnlyList<string> plain, IReadOnlyList<string> cluster)
    {
        var isNode = cluster is [var on, ..] && IsOn(on);
        if (isNode && !IsOn(cluster[^1]))
            return (ServerRole.NotReady, true);

        // A server that does not know the variable cannot be read only.
        return (plain.Any(IsOn) ? ServerRole.Replica : ServerRole.Primary, isNode);
    }

    /// <summary>The role of a server, from the answer to <see cref="For"/>.</summary>
    /// <param name="answer">The whole answer, not read yet.</param>
    /// <returns>The role; null where it tells nothing.</returns>
    public static ServerRole? Read(Reply answer)
    {
        if (answer.Failure is not null || answer.Abandonment != Abandonment.None)
            return null;
        switch (answer.NextResult())
        {
            case ReplyItem.Error:
                return answer.Error!.Code is NotReady or WaitedInVain ? ServerRole.NotReady : null;

            // A session may have been told to give no rows at all.
            case ReplyItem.Rows when answer.ReadRow():
                if (answer.Columns.Count > 2 && !IsOn(Encoding.UTF8.GetString(answer.GetCell(2))))
                    return ServerRole.NotReady;
                return IsOn(Encoding.UTF8.GetString(answer.GetCell(0))) || IsOn(Encoding.UTF8.GetString(answer.GetCell(1))) ? ServerRole.Replica : ServerRole.Primary;

            default:
                return null;
        }
    }

    // Newer servers have more words for read only than ON.
    private static bool IsOn(string cell) => cell is not ("0" or "" or "OFF");
}
