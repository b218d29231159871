namespace MuxProvider.Links.MySql;

/// <summary>
/// Writes the pieces of a file to a link, and may be held up by a slow server for long: so a blocked caller writes itself, and for others
/// a thread does that lives as long as the file. Used by one caller at a time.
/// </summary>
/// <param name="link">The link, whose turn to write is the caller's.</param>
internal sealed class LocalWriter(MySqlLink link) : Pending, IDisposable
{
    // Made with the thread.
    private AutoResetEvent? _signal;
    private ReadOnlyMemory<byte> _bytes;
    private bool _isWritten;
    private volatile bool _isDisposed;

    /// <summary>Writes whole packets.</summary>
    /// <param name="bytes">The packets; they must stay as they are until it is done.</param>
    /// <returns>False where the link is lost.</returns>
    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes) =>
        Blocking.IsActive ? new ValueTask<bool>(link.WriteLocal(bytes.Span)) : WriteElsewhereAsync(bytes);

    /// <summary>Nothing can be done: a link that is closed ends the writing.</summary>
    public override bool Abandon(Abandonment reason) => false;

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _signal?.Set();
    }

    private async ValueTask<bool> WriteElsewhereAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        Renew();
        _bytes = bytes;
        if (_signal is null)
        {
            _signal = new AutoResetEvent(false);
            new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = $"MuxProvider link {link.Id} file" }.UnsafeStart();
        }

        _signal.Set();
        await Completion.ConfigureAwait(false);
        return _isWritten;
    }

    private void Run()
    {
        using var signal = _signal!;
        while (signal.WaitOne() && !_isDisposed)
        {
            _isWritten = link.WriteLocal(_bytes.Span);
            Complete();
        }
    }
}
