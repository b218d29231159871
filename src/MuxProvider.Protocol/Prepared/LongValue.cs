namespace MuxProvider.Protocol;

/// <summary>
/// Values that travel in pieces, in front of the statement that uses them: large streams. Their sum may so be larger than
/// max_allowed_packet, though none of them may.
/// </summary>
internal static class LongValue
{
    /// <summary>From how many bytes on a stream travels in pieces.</summary>
    public const int Least = 64 * 1024;

    private const int PieceLength = 512 * 1024;

    /// <summary>What the server has to know of it.</summary>
    public static ParameterType Type => new(ColumnType.Blob);

    /// <summary>Whether a value travels in pieces.</summary>
    /// <param name="value">The value.</param>
    /// <returns>True for large streams.</returns>
    public static bool IsLong(object? value) => value is MemoryStream { Length: >= Least };

    /// <summary>Writes the pieces.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The statement.</param>
    /// <param name="parameter">The parameter, from 0.</param>
    /// <param name="value">The value; its whole content, wherever its position is.</param>
    /// <returns>The bytes of the largest command.</returns>
    public static int Write(ByteWriter writer, uint id, int parameter, MemoryStream value)
    {
        ReadOnlySpan<byte> rest = value.TryGetBuffer(out var buffer) ? buffer : value.ToArray();
        var largest = PreparedCommands.LongDataHeaderLength + Math.Min(PieceLength, rest.Length);
        while (!rest.IsEmpty)
        {
            var piece = rest[..Math.Min(PieceLength, rest.Length)];
            PreparedCommands.WriteLongData(writer, id, parameter, piece);
            rest = rest[piece.Length..];
        }

        return largest;
    }
}
