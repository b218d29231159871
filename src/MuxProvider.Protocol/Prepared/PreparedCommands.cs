namespace MuxProvider.Protocol;

/// <summary>
/// Writes whole commands of
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase_ps.html">prepared statements</see>,
/// header included. An id means something on its own conversation only.
/// </summary>
public static class PreparedCommands
{
    /// <summary>The bytes of COM_STMT_SEND_LONG_DATA in front of the piece: the command, the statement and the parameter.</summary>
    internal const int LongDataHeaderLength = 1 + 4 + 2;

    /// <summary>Writes COM_STMT_PREPARE.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">The text in UTF-8, with <c>?</c> for each parameter.</param>
    public static void WritePrepare(ByteWriter writer, ReadOnlySpan<byte> text)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.StatementPrepare);
        writer.Write(text);
        Packets.End(writer, start, 0);
    }

    /// <summary>Writes COM_STMT_CLOSE, which is not answered.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The statement.</param>
    public static void WriteClose(ByteWriter writer, uint id) => Write(writer, CommandCode.StatementClose, id);

    /// <summary>Writes COM_STMT_RESET.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The statement.</param>
    public static void WriteReset(ByteWriter writer, uint id) => Write(writer, CommandCode.StatementReset, id);

    /// <summary>
    /// Writes COM_STMT_SEND_LONG_DATA, which is not answered: what it did wrong the next COM_STMT_EXECUTE says. Pieces of the same
    /// parameter are joined by the server.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The statement.</param>
    /// <param name="parameter">The parameter, from 0.</param>
    /// <param name="piece">The bytes.</param>
    public static void WriteLongData(ByteWriter writer, uint id, int parameter, ReadOnlySpan<byte> piece)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.StatementSendLongData);
        writer.WriteUInt32(id);
        writer.WriteUInt16(checked((ushort)parameter));
        writer.Write(piece);
        Packets.End(writer, start, 0);
    }

    /// <summary>
    /// Writes COM_STMT_EXECUTE without a cursor. Large values travel in front of it, in commands of their own that are not answered.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="id">The statement.</param>
    /// <param name="values">One value for each parameter; the types follow from them.</param>
    /// <param name="options">What the values' form depends on.</param>
    /// <returns>The sequence number that the reply's first packet must have, and the bytes of the largest command.</returns>
    /// <exception cref="NotSupportedException">A value's type cannot be sent.</exception>
    /// <exception cref="ArgumentException">A value cannot be sent.</exception>
    public static (byte ReplySequence, int Largest) WriteExecute(ByteWriter writer, uint id, ReadOnlySpan<object?> values, in LiteralOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var largest = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (LongValue.IsLong(values[i]))
                largest = Math.Max(largest, LongValue.Write(writer, id, i, (MemoryStream)values[i]!));
        }

        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.StatementExecute);
        writer.WriteUInt32(id);
        writer.WriteByte(0); // no cursor
        writer.WriteUInt32(1); // iterations
        if (values.Length > 0)
            WriteValues(writer, values, options);
        var length = writer.Length - start - Packets.HeaderLength;
        return (Packets.End(writer, start, 0), Math.Max(largest, length));
    }

    private static void WriteValues(ByteWriter writer, ReadOnlySpan<object?> values, in LiteralOptions options)
    {
        var nulls = writer.Length;
        writer.WriteZeros((values.Length + 7) / 8);
        writer.WriteByte(1); // types follow
        var types = writer.Length;
        writer.WriteZeros(2 * values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var type = LongValue.IsLong(values[i]) ? LongValue.Type : BinaryParameter.Write(writer, values[i], options);
            if (type.Column == ColumnType.Null)
                writer.Written[nulls + i / 8] |= (byte)(1 << (i % 8));
            writer.Written[types + 2 * i] = (byte)type.Column;
            writer.Written[types + 2 * i + 1] = type.IsUnsigned ? (byte)0x80 : (byte)0;
        }
    }

    private static void Write(ByteWriter writer, CommandCode code, uint id)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)code);
        writer.WriteUInt32(id);
        Packets.End(writer, start, 0);
    }
}
