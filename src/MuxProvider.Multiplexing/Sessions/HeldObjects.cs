namespace MuxProvider.Multiplexing;

/// <summary>
/// What a session holds by name (temporary tables, prepared statements, locks …), so that its pin can end when the last of a kind is
/// dropped. Used by one handle, under its lock.
/// </summary>
internal sealed class HeldObjects
{
    // Most handles never hold anything.
    private HashSet<SessionObject>? _objects;
    private PinReasons _endless;
    private int _namedLocks;

    /// <summary>Something was made.</summary>
    /// <param name="made">What; without a name it can never be proven to be gone.</param>
    public void Open(SessionObject made)
    {
        if (made.Name.Length == 0)
            _endless |= made.Reason;
        else
            (_objects ??= []).Add(made);
    }

    /// <summary>Something pins whose end cannot be seen.</summary>
    public void OpenEndless(PinReasons reasons) => _endless |= reasons;

    /// <summary>Something was dropped.</summary>
    public void Close(SessionObject dropped) => _objects?.Remove(dropped);

    /// <summary>Named locks were taken or released.</summary>
    /// <param name="change">How many more are held.</param>
    public void CountNamedLocks(int change) => _namedLocks = Math.Max(0, _namedLocks + change);

    /// <summary>No named lock is left.</summary>
    public void ReleaseNamedLocks()
    {
        _namedLocks = 0;
        _endless &= ~PinReasons.NamedLock;
    }

    /// <summary>Whether something of a kind is held, or may be.</summary>
    /// <param name="reason">The kind: one flag.</param>
    public bool Holds(PinReasons reason)
    {
        if ((_endless & reason) != 0 || (reason == PinReasons.NamedLock && _namedLocks > 0))
            return true;
        if (_objects is null)
            return false;
        foreach (var held in _objects)
        {
            if (held.Reason == reason)
                return true;
        }

        return false;
    }

    /// <summary>The session is gone, and everything it held.</summary>
    public void Clear()
    {
        _objects?.Clear();
        _endless = PinReasons.None;
        _namedLocks = 0;
    }
}
