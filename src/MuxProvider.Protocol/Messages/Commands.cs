namespace MuxProvider.Protocol;

/// <summary>
/// Writes whole commands, header included, as the
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html">command phase</see> has them.
/// Every command starts a new sequence at 0.
/// </summary>
public static class Commands
{
    /// <summary>Writes a command that has no argument (COM_PING, COM_RESET_CONNECTION, COM_QUIT).</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="code">The command.</param>
    public static void Write(ByteWriter writer, CommandCode code)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)code);
        Packets.End(writer, start, 0);
    }

    /// <summary>Writes COM_INIT_DB.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="schema">The schema, as it is (not quoted).</param>
    public static void WriteInitDb(ByteWriter writer, string schema)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.InitDb);
        writer.WriteUtf8(schema);
        Packets.End(writer, start, 0);
    }

    /// <summary>Writes COM_QUERY with a text that has no parameters.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">The SQL text.</param>
    public static void WriteQuery(ByteWriter writer, ReadOnlySpan<char> text)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.Query);
        writer.WriteUtf8(text);
        Packets.End(writer, start, 0);
    }

    /// <summary>Writes COM_QUERY with a text that has no parameters.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">The SQL text in UTF-8.</param>
    public static void WriteQuery(ByteWriter writer, ReadOnlySpan<byte> text)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.Query);
        writer.Write(text);
        Packets.End(writer, start, 0);
    }

    /// <summary>Writes COM_QUERY with more text in front of that of another COM_QUERY: the server stops at the first statement that fails.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="prefix">The statements in front in UTF-8, each with its semicolon.</param>
    /// <param name="query">The other query, header included, in one packet.</param>
    public static void WriteQueryBehind(ByteWriter writer, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> query)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.Query);
        writer.Write(prefix);
        writer.Write(query[(Packets.HeaderLength + 1)..]);
        Packets.End(writer, start, 0);
    }
}
