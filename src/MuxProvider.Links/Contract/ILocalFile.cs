using MuxProvider.Protocol;

namespace MuxProvider.Links;

/// <summary>What a server reads for one request. Used by one caller, and disposed when the server has it all or the statement failed.</summary>
public interface ILocalFile : IAsyncDisposable
{
    /// <summary>Appends the next piece, of whatever size is handy. A blocked caller (see <see cref="Blocking.IsActive"/>) is better served on its own thread.</summary>
    /// <param name="piece">Where to.</param>
    /// <param name="cancellationToken">Used where nobody waits for the statement any more.</param>
    /// <returns>False behind the last piece: nothing was appended.</returns>
    ValueTask<bool> ReadAsync(ByteWriter piece, CancellationToken cancellationToken);
}
