namespace MuxProvider.Testing;

/// <summary>
/// Holds something of a <see cref="FakeServer"/> back until the test releases it. Any thread may use it.
/// </summary>
public sealed class FakeHold : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly SignalBoard _board;
    private readonly Action<FakeHold> _lift;
    private readonly string _what;

    // All guarded by the board.
    private int _held;
    private int _passes;
    private bool _isReleased;

    internal FakeHold(SignalBoard board, Func<ReceivedCommand, bool> matches, string what, Action<FakeHold> lift)
    {
        _board = board;
        Matches = matches;
        _what = what;
        _lift = lift;
    }

    /// <summary>How many connections are held now.</summary>
    public int Held => _board.Read(() => _held);

    internal Func<ReceivedCommand, bool> Matches { get; }

    /// <summary>Lets everything go and holds nothing more.</summary>
    public void Release()
    {
        _lift(this);
        _board.Update(() => _isReleased = true);
    }

    /// <summary>Lets one pass: the one that is held, or else the next that comes.</summary>
    public void ReleaseOne() => _board.Update(() => _passes++);

    /// <summary>Blocks until so many connections are held.</summary>
    public void WaitUntilHeld(int count = 1) => _board.WaitUntil(() => _held >= count, () => Late(count), s_limit);

    /// <summary>Waits until so many connections are held.</summary>
    public Task WaitUntilHeldAsync(int count = 1) => _board.WaitUntilAsync(() => _held >= count, () => Late(count), s_limit);

    /// <summary>The same as <see cref="Release"/>.</summary>
    public void Dispose() => Release();

    /// <summary>Blocks until released, or until the one who is held is wanted elsewhere.</summary>
    internal void Pass(Func<bool> isWantedElsewhere)
    {
        _board.Update(() => _held++);
        _board.WaitFor(() => _isReleased || _passes > 0 || isWantedElsewhere());
        _board.Update(() =>
        {
            _held--;
            if (!_isReleased && _passes > 0 && !isWantedElsewhere())
                _passes--;
        });
    }

    private string Late(int count) => $"{count} connections to be held at {_what}; {_held} are";
}
