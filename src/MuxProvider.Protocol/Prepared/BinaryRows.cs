namespace MuxProvider.Protocol;

/// <summary>
/// Rows of the binary protocol:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html">ProtocolBinary::ResultsetRow</see>,
/// a header, a bit for each column that is NULL, and the other cells in the form of their column's type.
/// </summary>
public static class BinaryRows
{
    /// <summary>The first byte of a row.</summary>
    public const byte Header = 0x00;

    // The first two bits of the NULL bits mean nothing.
    private const int FirstNullBit = 2;

    /// <summary>Finds the cells of a row. Copies nothing.</summary>
    /// <param name="payload">The payload of the row's packet.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="ranges">Receives one range for each column; a length in front of the cell is not part of it.</param>
    /// <exception cref="ProtocolException">The payload does not hold exactly one cell for each of <paramref name="columns"/>.</exception>
    public static void Split(ReadOnlySpan<byte> payload, ReadOnlySpan<ColumnDefinition> columns, Span<CellRange> ranges)
    {
        var position = 1 + NullBytes(columns.Length);
        if (payload.Length < position || payload[0] != Header)
            throw new ProtocolException($"A packet of {payload.Length} bytes cannot be a binary row of {columns.Length} cells.");
        var nulls = payload[1..position];
        for (var i = 0; i < columns.Length; i++)
        {
            if (IsNull(nulls, i))
            {
                ranges[i] = new CellRange(position, -1);
                continue;
            }

            var length = CellLength(payload, columns[i].Type, i, ref position);
            if (length > payload.Length - position)
                throw new ProtocolException($"Cell {i} of a binary row takes {length} bytes, {payload.Length - position} are left.");
            ranges[i] = new CellRange(position, length);
            position += length;
        }

        if (position != payload.Length)
            throw new ProtocolException($"A binary row of {columns.Length} cells is followed by {payload.Length - position} bytes too many.");
    }

    /// <summary>How many bytes the NULL bits of a row take.</summary>
    /// <param name="columns">How many columns there are.</param>
    /// <returns>1 or more.</returns>
    public static int NullBytes(int columns) => (columns + FirstNullBit + 7) / 8;

    private static bool IsNull(ReadOnlySpan<byte> nulls, int ordinal)
    {
        var bit = ordinal + FirstNullBit;
        return (nulls[bit / 8] & 1 << bit % 8) != 0;
    }

    // Where the length stands in front of the cell, the position is moved behind it.
    private static int CellLength(ReadOnlySpan<byte> payload, ColumnType type, int ordinal, ref int position)
    {
        switch (type)
        {
            case ColumnType.Tiny:
                return 1;
            case ColumnType.Short or ColumnType.Year:
                return 2;
            case ColumnType.Long or ColumnType.Int24 or ColumnType.Float:
                return 4;
            case ColumnType.LongLong or ColumnType.Double:
                return 8;
            case ColumnType.Null:
                throw new ProtocolException($"Cell {ordinal} of a binary row must be NULL, and is not.");
            default:
                var reader = new PacketReader(payload[position..]);
                var length = reader.ReadLengthEncodedInteger();
                if (length > (ulong)reader.Remaining)
                    throw new ProtocolException($"Cell {ordinal} of a binary row claims {length} bytes, {reader.Remaining} are left.");
                position = payload.Length - reader.Remaining;
                return IsPossible(type, (int)length)
                    ? (int)length
                    : throw new ProtocolException($"Cell {ordinal} of a binary row cannot be a {type} of {length} bytes.");
        }
    }

    private static bool IsPossible(ColumnType type, int length) => type switch
    {
        ColumnType.Date or ColumnType.NewDate or ColumnType.DateTime or ColumnType.Timestamp => length is 0 or 4 or 7 or 11,
        ColumnType.Time => length is 0 or 8 or 12,
        _ => true,
    };
}
