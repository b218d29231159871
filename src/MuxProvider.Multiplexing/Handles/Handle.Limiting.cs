using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>The server itself keeps the time of statements, where that is asked for.</content>
public sealed partial class Handle
{
    // The settings with a limit that were made last, of which, and for how long: most statements have the same.
    private (Settings Own, TimeSpan Limit, Settings Limited)? _limited;

    // A statement that changes settings is left alone: what it leaves must be the application's.
    private Settings WithLimit(Settings own, StatementTraits traits, Deadline deadline)
    {
        if (!_multiplexer.Options.LimitsOnServer || !traits.Settings.IsEmpty || traits.Schema is not null)
            return own;
        var limit = deadline.Length;
        if (_limited is { } last && ReferenceEquals(last.Own, own) && last.Limit == limit)
            return last.Limited;
        var limited = ServerTimeLimit.Of(own, limit, Facts.ServerVersion);
        _limited = (own, limit, limited);
        return limited;
    }

    // To the caller it is all the same who kept the time.
    private void ThrowIfLimitExceeded(Reply reply, Settings own, in Terms terms)
    {
        if (!_multiplexer.Options.LimitsOnServer || reply.IsStream || !ServerTimeLimit.IsExceeded(own, terms.Settings, reply.Evidence.ErrorCode, Facts.ServerVersion))
            return;
        reply.Dispose();
        throw new StatementAbandonedException(
            Delivery.Answered, $"The time for the command ({terms.Deadline.Length.TotalSeconds:0.###} s) ran out. The server has ended the statement.");
    }
}
