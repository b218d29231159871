using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>A stream that is sent to a server as it is.</summary>
/// <param name="stream">The stream, read from where it is.</param>
/// <param name="leaveOpen">Whether it stays open behind that.</param>
internal sealed class StreamFile(Stream stream, bool leaveOpen) : ILocalFile
{
    private const int PieceBytes = 256 * 1024;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The file.</returns>
    public static StreamFile Open(string path) => new(
        new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.SequentialScan }),
        leaveOpen: false);

    /// <inheritdoc/>
    public async ValueTask<bool> ReadAsync(ByteWriter piece, CancellationToken cancellationToken)
    {
        var read = Blocking.IsActive
            ? stream.Read(piece.GetSpan(PieceBytes))
            : await stream.ReadAsync(piece.GetMemory(PieceBytes), cancellationToken).ConfigureAwait(false);
        piece.Advance(read);
        return read > 0;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => leaveOpen ? default : stream.DisposeAsync();
}
