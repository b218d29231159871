using System.Globalization;
using System.Text;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>Tells where the time of a statement went: what became of it, the likely cause, what to do, and the numbers. Pure.</summary>
internal static class TimeoutStory
{
    private const int LongestHead = 120;

    /// <summary>The likely cause.</summary>
    /// <param name="facts">What was seen.</param>
    public static TimeoutCause CauseOf(TimeoutFacts facts)
    {
        if (facts.Glance is not { } glance)
            return facts.Delivery == Delivery.NotSent ? TimeoutCause.HeadOfLine : TimeoutCause.SlowServer;

        // Not on the link any more: it was answered while its caller gave up.
        var isAnswered = glance is { Ahead: null, IsUnsent: false } && facts.Delivery != Delivery.NotSent;
        if (facts.Pool.IsBusy && (glance.UnreadBytes > 0 || isAnswered))
            return TimeoutCause.Starvation;
        var isSilent = glance.Ahead is not null && glance.UnreadBytes == 0 && glance.LastRead >= glance.SentAgo;
        if (isSilent && facts.OthersHear == false)
            return TimeoutCause.Network;
        return glance.IsUnsent || glance.Ahead > 0 ? TimeoutCause.HeadOfLine : TimeoutCause.SlowServer;
    }

    /// <summary>The story.</summary>
    /// <param name="facts">What was seen.</param>
    public static string Of(TimeoutFacts facts)
    {
        var text = new StringBuilder();
        text.Append("The time for the command");
        if (facts.Limit > TimeSpan.Zero)
            text.Append(CultureInfo.InvariantCulture, $" ({Seconds(facts.Limit)})");
        text.Append(" ran out. ").Append(facts.Delivery == Delivery.NotSent
            ? "It had not been sent: nothing ran."
            : "It had been sent and may still run on the server.");
        AppendPlace(text, facts);
        text.Append(' ').Append(AdviceOn(CauseOf(facts), facts));
        AppendNumbers(text, facts);
        return text.ToString();
    }

    private static void AppendPlace(StringBuilder text, TimeoutFacts facts)
    {
        if (facts.Glance is not { } glance)
            return;
        if (glance.IsUnsent || glance.Ahead > 0)
        {
            text.Append(glance.IsUnsent
                ? " It waited to be sent behind other statements"
                : string.Create(CultureInfo.InvariantCulture, $" On its link it stood behind {Count(glance.Ahead!.Value, "other statement")}"));
            text.Append(CultureInfo.InvariantCulture, $", the first of which has been due for {Seconds(glance.HeadAge)}{(facts.Head is { Length: > 0 } head ? $": {Shortened(head)}" : "")}.");
        }
        else if (glance.Ahead == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" It had been first on its link for {Seconds(glance.HeadAge)}.");
        }
        else if (facts.Delivery != Delivery.NotSent)
        {
            text.Append(" Its answer came just then.");
        }
    }

    private static string AdviceOn(TimeoutCause cause, TimeoutFacts facts) => cause switch
    {
        TimeoutCause.HeadOfLine =>
            "Cause: head of line, the link was held up by another statement. Run what is slow on a connection that is pinned, or raise Max Shared Links.",
        TimeoutCause.Starvation =>
            "Cause: starvation, the answer is there but the thread pool has no thread for it. Look for code that blocks pool threads.",
        TimeoutCause.Network =>
            "Cause: network, or a server that hangs: no link has heard of it since, though others wait for it, too. Check that it runs and can be reached.",
        _ => facts.Glance is { Ahead: not null, UnreadBytes: 0 } glance && glance.LastRead >= glance.SentAgo && facts.OthersHear is null
            ? "Cause: the server is slow, or it cannot be reached: nothing came since. Look at what it does, or raise Command Timeout."
            : "Cause: the server is slow. Look at what it does, or raise Command Timeout.",
    };

    private static void AppendNumbers(StringBuilder text, TimeoutFacts facts)
    {
        text.Append(CultureInfo.InvariantCulture, $" [{facts.Link}: {facts.Depth} statements on it");
        if (facts.Glance is { } glance)
        {
            if (glance.Ahead is { } ahead)
                text.Append(CultureInfo.InvariantCulture, $", position {ahead + 1}, sent {Seconds(glance.SentAgo)} ago");
            text.Append(CultureInfo.InvariantCulture, $", {glance.Unsent} unsent, last byte {Seconds(glance.LastRead)} ago, {glance.UnreadBytes} bytes unread");
        }

        if (facts.Elapsed > TimeSpan.Zero)
            text.Append(CultureInfo.InvariantCulture, $"; elapsed {Seconds(facts.Elapsed)}");
        if (facts.Links.AtMost > 0)
            text.Append(CultureInfo.InvariantCulture, $"; {facts.Links.Open} of at most {facts.Links.AtMost} links");
        text.Append(CultureInfo.InvariantCulture, $"; pool: {facts.Pool.Threads} threads, {facts.Pool.Queued} queued]");
    }

    private static string Shortened(string head) => head.Length <= LongestHead ? head : head[..LongestHead] + "…";

    private static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
