namespace MuxProvider.Multiplexing;

/// <summary>Hears what is worth a line in a log. Called on whatever thread noticed it, without any lock; must be quick and must not throw.</summary>
public interface IMultiplexerObserver
{
    /// <summary>Some handle was pinned for a reason for the first time.</summary>
    /// <param name="reason">The reason: one flag.</param>
    /// <param name="digest">The statement that pinned it, its values replaced by <c>?</c>; empty where it was no statement.</param>
    void OnFirstPin(PinReasons reason, string digest);

    /// <summary>A floating statement changed the session against the forecast; its link is fenced off and its handle keeps it.</summary>
    /// <param name="digest">The statement, its values replaced by <c>?</c>.</param>
    void OnLeakAlarm(string digest);
}
