namespace MuxProvider.Protocol;

/// <summary>
/// Rows of the text protocol:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_row.html">ProtocolText::ResultsetRow</see>,
/// a length-encoded string or a NULL marker for each column.
/// </summary>
public static class TextRows
{
    /// <summary>The byte that stands for a NULL cell.</summary>
    public const byte NullMarker = 0xFB;

    /// <summary>Finds the cells of a row. Copies nothing.</summary>
    /// <param name="payload">The payload of the row's packet.</param>
    /// <param name="ranges">Receives one range for each column.</param>
    /// <exception cref="ProtocolException">The payload does not hold exactly one cell for each of <paramref name="ranges"/>.</exception>
    public static void Split(ReadOnlySpan<byte> payload, Span<CellRange> ranges)
    {
        var position = 0;
        for (var i = 0; i < ranges.Length; i++)
        {
            if (position >= payload.Length)
                throw TooFew(i, ranges.Length);
            var first = payload[position];

            // Nearly all cells are shorter than 251 bytes: their length is that one byte.
            if (first < NullMarker)
            {
                position++;
                if (first > payload.Length - position)
                    throw Cut(i, first, payload.Length - position);
                ranges[i] = new CellRange(position, first);
                position += first;
            }
            else if (first == NullMarker)
            {
                position++;
                ranges[i] = new CellRange(position, -1);
            }
            else
            {
                var reader = new PacketReader(payload[position..]);
                var length = reader.ReadLengthEncodedInteger();
                position = payload.Length - reader.Remaining;
                if (length > (ulong)reader.Remaining)
                    throw Cut(i, length, reader.Remaining);
                ranges[i] = new CellRange(position, (int)length);
                position += (int)length;
            }
        }

        if (position != payload.Length)
            throw new ProtocolException($"A row of {ranges.Length} cells is followed by {payload.Length - position} bytes too many.");
    }

    private static ProtocolException TooFew(int cells, int columns) =>
        new($"A row ends after {cells} of {columns} cells.");

    private static ProtocolException Cut(int index, ulong length, int left) =>
        new($"Cell {index} of a row claims {length} bytes, {left} are left.");
}
