using MuxProvider.Protocol;

namespace MuxProvider.Links.Tests;

/// <summary>A file that does, piece by piece, what a test says: bytes are a piece, a task is waited for, an exception is thrown.</summary>
internal sealed class TestFile(params object[] steps) : ILocalFile
{
    private int _step;

    /// <summary>Set when the first piece is asked for.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsDisposed { get; private set; }

    public async ValueTask<bool> ReadAsync(ByteWriter piece, CancellationToken cancellationToken)
    {
        Begun.TrySetResult();
        while (_step < steps.Length)
        {
            switch (steps[_step++])
            {
                case byte[] bytes:
                    piece.Write(bytes);
                    return true;
                case Task gate:
                    await gate.WaitAsync(cancellationToken);
                    break;
                case Exception failure:
                    throw failure;
            }
        }

        return false;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }
}
