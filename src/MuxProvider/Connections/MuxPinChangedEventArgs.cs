using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>What kept a link to a connection before a statement, and what does now. Immutable.</summary>
public sealed class MuxPinChangedEventArgs : EventArgs
{
    internal MuxPinChangedEventArgs(PinReasons before, PinReasons now)
    {
        Before = before;
        Now = now;
    }

    /// <summary>The reasons before; none if the connection floated.</summary>
    public PinReasons Before { get; }

    /// <summary>The reasons now, never the same as <see cref="Before"/>; none if the connection floats.</summary>
    public PinReasons Now { get; }
}
