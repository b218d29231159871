using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>Which servers links may lead to, and which errors say that one is not such a server any more. Pure.</summary>
internal static class TargetRule
{
    /// <summary>No links may lead there.</summary>
    public const int Misfit = 2;

    // ER_OPTION_PREVENTS_STATEMENT, ER_READ_ONLY_MODE, and what a node out of its cluster says, whose number is that of any unknown command.
    private const ushort OptionPrevents = 1290;
    private const ushort ReadOnlyMode = 1836;
    private const ushort UnknownCommand = 1047;

    /// <summary>How well a server suits.</summary>
    /// <param name="target">To which servers links may lead.</param>
    /// <param name="role">What the server is; one that is not known is hoped to suit.</param>
    /// <returns>0 where it suits, 1 where it is taken for want of a better, <see cref="Misfit"/> where it is not taken.</returns>
    public static int RankOf(TargetSession target, ServerRole role) => (target, role) switch
    {
        (_, ServerRole.NotReady) => Misfit,
        (_, ServerRole.Unknown) or (TargetSession.Any, _) => 0,
        (TargetSession.Primary, ServerRole.Replica) or (TargetSession.Replica, ServerRole.Primary) => Misfit,
        (TargetSession.PreferReplica, ServerRole.Primary) => 1,
        _ => 0,
    };

    /// <summary>What an error tells of the server's role where links must not be kept because of it.</summary>
    /// <param name="target">To which servers links may lead.</param>
    /// <param name="error">The error.</param>
    /// <returns>The role; null where it tells nothing, or nothing that matters.</returns>
    public static ServerRole? Demotion(TargetSession target, ErrPacket error) => error.Code switch
    {
        UnknownCommand when error.Message.Contains("WSREP", StringComparison.OrdinalIgnoreCase) => ServerRole.NotReady,
        ReadOnlyMode when target == TargetSession.Primary => ServerRole.Replica,

        // Many options prevent statements; a transaction that was begun READ ONLY has an error of its own.
        OptionPrevents when target == TargetSession.Primary
            && (error.Message.Contains("read-only", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("read_only", StringComparison.OrdinalIgnoreCase)) => ServerRole.Replica,
        _ => null,
    };

    /// <summary>For people.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Words that fit behind "is".</returns>
    public static string Describe(ServerRole role) => role switch
    {
        ServerRole.Primary => "a primary",
        ServerRole.Replica => "a replica (read only)",
        ServerRole.NotReady => "not ready (outside its cluster)",
        _ => "of an unknown role",
    };
}
