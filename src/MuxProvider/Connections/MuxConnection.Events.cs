using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <content>What the connection tells those who listen.</content>
public sealed partial class MuxConnection
{
    private EventHandler<MuxInfoMessageEventArgs>? _infoMessage;

    // What was not told yet. Only the caller of the connection touches these.
    private PinReasons _toldPins;
    private IReadOnlyList<ServerWarning>? _untoldWarnings;

    /// <summary>
    /// Raised when <see cref="PinReasons"/> have changed: behind the statement that changed them, or behind Open, Close, Pin and
    /// Unpin, on the thread of the caller. What a handler throws reaches the caller in place of the result; the connection goes on.
    /// </summary>
    /// <remarks>
    /// What one statement pins and frees again is not told. A reader that was opened is closed when a handler throws, and a
    /// transaction that was begun is rolled back, because nobody would hold them.
    /// </remarks>
    public event EventHandler<MuxPinChangedEventArgs>? PinChanged;

    /// <summary>
    /// Raised behind a statement that left messages (<c>SHOW WARNINGS</c>), on the thread of the caller; behind ExecuteReader while
    /// the reader is open. Messages are fetched in the same round trip, and only while there is a handler. What a handler throws
    /// reaches the caller in place of the result; the connection goes on.
    /// </summary>
    /// <remarks>
    /// Of several statements in one text, or commands in a batch, the messages are those of the last one. Those of a stored procedure with
    /// output parameters come with the output: where there is a reader, when it is closed.
    /// </remarks>
    public event EventHandler<MuxInfoMessageEventArgs>? InfoMessage
    {
        add
        {
            _infoMessage += value;
            ListenForWarnings();
        }

        remove
        {
            _infoMessage -= value;
            ListenForWarnings();
        }
    }

    /// <summary>The messages of the statement that has just run; they are told when its results were taken.</summary>
    internal void Hear(IReadOnlyList<ServerWarning> warnings) => _untoldWarnings = warnings;

    /// <summary>Raises the events that are due. To be called when everything else is done: handlers may throw, and may use the connection.</summary>
    internal void TellNews()
    {
        if (_untoldWarnings is not null || PinReasons != _toldPins)
            TellPinsAndWarnings();
    }

    // All of it is marked as told before the first handler runs, so that nothing is told twice.
    private void TellPinsAndWarnings()
    {
        var (before, now, warnings) = (_toldPins, PinReasons, _untoldWarnings);
        _toldPins = now;
        _untoldWarnings = null;
        try
        {
            if (before != now)
                PinChanged?.Invoke(this, new MuxPinChangedEventArgs(before, now));
        }
        finally
        {
            if (warnings is not null)
                _infoMessage?.Invoke(this, new MuxInfoMessageEventArgs(warnings));
        }
    }

    private void ListenForWarnings()
    {
        if (_conversation is { } conversation)
            conversation.Handle.ListensForWarnings = _infoMessage is not null;
    }
}
