using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>The rows of a copy as the file that LOAD DATA reads. Used by one caller.</summary>
/// <param name="source">The rows.</param>
/// <param name="writer">Writes them.</param>
/// <param name="progress">Counts them.</param>
internal sealed class BulkFile(RowSource source, BulkRowWriter writer, BulkProgress progress) : ILocalFile
{
    private const int PieceBytes = 256 * 1024;

    private bool _isOver;

    /// <inheritdoc/>
    public async ValueTask<bool> ReadAsync(ByteWriter piece, CancellationToken cancellationToken)
    {
        while (!_isOver && piece.Length < PieceBytes)
        {
            if (!await source.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                _isOver = true;
                break;
            }

            writer.Write(piece, source);
            progress.Count();
            _isOver = progress.IsAborted;
        }

        return piece.Length > 0;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
