using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>Why a handle could not go on, in words, and what can be done again elsewhere. Pure.</summary>
internal static class Failures
{
    /// <summary>Whether the link failed, not the statement: another link may well run it.</summary>
    public static bool IsReplaceable(LinkException failure) => failure.Kind is LinkFailureKind.ConnectionLost
        or LinkFailureKind.Closed or LinkFailureKind.Protocol or LinkFailureKind.Suspect;

    /// <summary>Whether a server's error says that it ended the statement, and the connection with it, because it shuts down or was told to.</summary>
    public static bool EndsConnection(ushort errorCode) => errorCode is 1053 or 1079 or 1927;

    /// <summary>The earlier of a deadline and the group's own for getting a link.</summary>
    public static Deadline Earlier(Deadline deadline, LinkGroup group)
    {
        var limit = Deadline.In(group.Clock, group.Options.ConnectionTimeout);
        if (limit.IsNever)
            return deadline;
        return deadline.IsNever || deadline.Remaining > limit.Remaining ? limit : deadline;
    }

    /// <summary>No link came.</summary>
    public static Exception NoLink(Abandonment abandonment, LinkGroup group, string what, CancellationToken cancellationToken) =>
        abandonment == Abandonment.Cancelled
            ? new OperationCanceledException(cancellationToken)
            : new LinkException(
                LinkFailureKind.NoLinkAvailable,
                Delivery.NotSent,
                group.OpeningFailure is { } failure
                    ? $"Time ran out while waiting for a connection to {group.Endpoints}; nothing was sent. The last attempt to connect failed: {failure.Message} Reconnect Timeout says how long such a server is waited for."
                : group.IsOpeningFirst
                    ? $"Time ran out while a connection to {group.Endpoints} was being opened; nothing was sent. Check that the server answers there, or raise Connection Timeout."
                    : $"Time ran out while waiting for {what}; nothing was sent. There are {group}. {group.Exhaustion}Close what is pinned sooner, or raise Max Links.");

    /// <summary>Throws where the caller stopped waiting.</summary>
    /// <param name="abandonment">Whether, and why.</param>
    /// <param name="delivery">How far the statement got.</param>
    /// <param name="link">Its link.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="group">The link's group; null where nothing more is known of what happened.</param>
    /// <param name="glance">What the link looked like when the caller stopped waiting.</param>
    /// <param name="deadline">When the caller stopped waiting.</param>
    public static void ThrowIfAbandoned(
        Abandonment abandonment, Delivery delivery, ILink link, CancellationToken cancellationToken, LinkGroup? group = null, LinkGlance? glance = null, Deadline deadline = default)
    {
        switch (abandonment)
        {
            case Abandonment.None:
                return;

            case Abandonment.Cancelled:
                throw new OperationCanceledException(cancellationToken);

            default:
                var facts = group?.LookBack(link, glance, delivery, deadline)
                    ?? new TimeoutFacts { Delivery = delivery, Link = link.ToString() ?? "", Depth = link.Depth, Pool = PoolGlance.Now };
                throw new StatementAbandonedException(delivery, TimeoutStory.Of(facts));
        }
    }

    /// <summary>The session is lost.</summary>
    public static LinkException Lost(string reason) => new(LinkFailureKind.Closed, Delivery.NotSent, $"{reason} Close the connection and open it again.");
}
