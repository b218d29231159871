namespace MuxProvider.Multiplexing;

/// <summary>
/// What the ledger has noted of one handle's pins. Used by the handle's caller. Of a handle that is forgotten while it is pinned the
/// collector writes down the end.
/// </summary>
internal sealed class PinTrail
{
    private readonly PinLedger _ledger;
    private readonly long[] _since = new long[PinLedger.Reasons];
    private PinReasons _noted;
    private bool _isLeft;

    /// <summary>Begins without a pin.</summary>
    /// <param name="ledger">The ledger.</param>
    public PinTrail(PinLedger ledger)
    {
        _ledger = ledger;
        GC.SuppressFinalize(this);
    }

    ~PinTrail()
    {
        _isLeft = true;
        Note(PinReasons.None);
    }

    /// <summary>What pins the handle as far as the ledger knows.</summary>
    public PinReasons Noted => _noted;

    /// <summary>Notes what pins the handle now.</summary>
    /// <param name="now">What pins it.</param>
    /// <returns>The reasons that occurred for the first time.</returns>
    public PinReasons Note(PinReasons now)
    {
        var before = _noted;
        if (before == now)
            return PinReasons.None;
        _noted = now;
        if (now == PinReasons.None)
            GC.SuppressFinalize(this);
        else if (before == PinReasons.None && !_isLeft)
            GC.ReRegisterForFinalize(this);
        return _ledger.Note(before, now, _since);
    }
}
