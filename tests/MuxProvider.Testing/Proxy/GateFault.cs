namespace MuxProvider.Testing;

/// <summary>Delays: gathers bytes until the test lets them go, all in one write. Any thread may ask it.</summary>
public sealed class GateFault : WireFault
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // Guards the rest; pulsed when bytes come.
    private readonly object _gate = new();
    private readonly List<byte> _held = [];
    private WireEnd? _to;
    private bool _isOpen;

    /// <summary>Blocks until so many bytes are held.</summary>
    /// <exception cref="TimeoutException">They did not come within 30 seconds.</exception>
    public void WaitForBytes(int count)
    {
        lock (_gate)
        {
            while (_held.Count < count)
            {
                if (!Monitor.Wait(_gate, s_limit))
                    throw new TimeoutException($"Waited {s_limit.TotalSeconds:0} s for {count} bytes to be held; {_held.Count} are.");
            }
        }
    }

    /// <summary>Lets everything go that is held, and all that comes.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            if (_held.Count > 0)
                _to?.Send([.. _held]);
            _held.Clear();
        }
    }

    /// <inheritdoc/>
    protected override void Spoil(ReadOnlySpan<byte> bytes, WireEnd to)
    {
        lock (_gate)
        {
            _to = to;
            if (_isOpen)
                to.Send(bytes);
            else
                _held.AddRange(bytes);
            Monitor.PulseAll(_gate);
        }
    }
}
