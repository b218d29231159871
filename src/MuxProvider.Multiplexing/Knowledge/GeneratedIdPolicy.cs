namespace MuxProvider.Multiplexing;

/// <summary>
/// Decides whether <c>LAST_INSERT_ID()</c> is kept for each handle (two small statements more with each INSERT that floats): at first
/// it is; when enough handles have inserted rows and were closed without anybody asking for it in a statement of its own, it is not;
/// as soon as somebody asks it is kept for good. Any thread may use it.
/// </summary>
/// <param name="tracks">True for always, false for never until somebody asks, null to learn.</param>
internal sealed class GeneratedIdPolicy(bool? tracks)
{
    /// <summary>So many handles have to insert and never ask before it is taken that nobody does.</summary>
    public const int HandlesToLearnFrom = 1000;

    private int _silentHandles = tracks == false ? HandlesToLearnFrom : 0;
    private volatile bool _isKept = tracks != false;
    private volatile bool _wasAsked = tracks == true;

    /// <summary>Whether the register is kept for each handle.</summary>
    public bool IsKept => _isKept;

    /// <summary>Somebody asked for <c>LAST_INSERT_ID()</c> in a statement of its own.</summary>
    public void Asked()
    {
        _wasAsked = true;
        _isKept = true;
    }

    /// <summary>A handle that inserted rows was closed, or opened anew.</summary>
    public void HandleEnded()
    {
        if (_wasAsked || !_isKept)
            return;
        if (Interlocked.Increment(ref _silentHandles) >= HandlesToLearnFrom && !_wasAsked)
            _isKept = false;

        // Who asked in between wins.
        if (_wasAsked)
            _isKept = true;
    }
}
