namespace MuxProvider.Protocol;

/// <summary>Where a cell lies in the payload of its row packet.</summary>
/// <param name="Start">The index of the cell's first byte. Of a NULL cell: the index behind its marker.</param>
/// <param name="Length">The cell's length in bytes; −1 is NULL.</param>
public readonly record struct CellRange(int Start, int Length)
{
    /// <summary>Whether the cell is NULL.</summary>
    public bool IsNull => Length < 0;

    /// <summary>The cell's bytes.</summary>
    /// <param name="payload">The payload that was split.</param>
    /// <returns>The bytes; none for NULL.</returns>
    public ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> payload) => IsNull ? default : payload.Slice(Start, Length);
}
