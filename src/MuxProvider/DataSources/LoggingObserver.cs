using Microsoft.Extensions.Logging;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>Writes what a multiplexer notices to a log. The numbers of the events never change. Any thread may call it.</summary>
internal sealed partial class LoggingObserver(ILogger logger) : IMultiplexerObserver
{
    /// <summary>The category of the log.</summary>
    public const string Category = "MuxProvider.Multiplexing";

    /// <inheritdoc/>
    public void OnFirstPin(PinReasons reason, string digest)
    {
        try
        {
            LogFirstPin(logger, reason, digest.Length > 0 ? digest : "(no statement)");
        }
        catch (Exception)
        {
            // A log that fails must not fail the statement that is under way.
        }
    }

    /// <inheritdoc/>
    public void OnLeakAlarm(string digest)
    {
        try
        {
            LogLeakAlarm(logger, digest);
        }
        catch (Exception)
        {
            // As above.
        }
    }

    [LoggerMessage(
        EventId = 101,
        EventName = "FirstPin",
        Level = LogLevel.Information,
        Message = "A connection keeps a link to itself, for the first time because of {Reason}: {Statement}")]
    private static partial void LogFirstPin(ILogger logger, PinReasons reason, string statement);

    [LoggerMessage(
        EventId = 102,
        EventName = "LeakAlarm",
        Level = LogLevel.Warning,
        Message = "A statement on a shared link changed the session though its text gave no sign of it. Its connection keeps the link; others whose statements were on it may see errors: {Statement}")]
    private static partial void LogLeakAlarm(ILogger logger, string statement);
}
