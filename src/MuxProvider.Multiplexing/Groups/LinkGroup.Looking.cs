using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>What is looked at when the time of a statement has run out.</content>
internal sealed partial class LinkGroup
{
    /// <summary>Gathers what can be seen.</summary>
    /// <param name="link">The link of the statement.</param>
    /// <param name="glance">What it looked like.</param>
    /// <param name="delivery">How far the statement got.</param>
    /// <param name="deadline">When its caller stopped waiting.</param>
    public TimeoutFacts LookBack(ILink link, LinkGlance? glance, Delivery delivery, Deadline deadline)
    {
        bool? othersHear = null;
        int open;
        lock (_gate)
        {
            open = _members.Count;
            foreach (var other in _members.Keys)
            {
                if (other == link || glance is null || other.Look(null) is not { } seen)
                    continue;
                if (seen.LastRead < glance.SentAgo)
                    othersHear = true;
                else if (seen.HeadAge > glance.SentAgo / 2)
                    othersHear ??= false;
            }
        }

        return new TimeoutFacts
        {
            Limit = deadline.Length,
            Elapsed = deadline.Elapsed,
            Delivery = delivery,
            Link = link.ToString() ?? "",
            Depth = link.Depth,
            Glance = glance,
            Head = glance?.HeadText is { } text ? StatementDigest.Of(text, SqlModeText.Parse(link.Facts.SqlMode)) : null,
            OthersHear = othersHear,
            Pool = PoolGlance.Now,
            Links = (open, Options.MaxLinks),
        };
    }
}
