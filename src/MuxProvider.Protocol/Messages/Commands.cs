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

    /// <summary>How many bytes <see cref="WriteQueryAfterUse"/> adds to a query at most.</summary>
    /// <param name="schema">The schema.</param>
    /// <returns>Bytes.</returns>
    public static int MaxUseLength(string schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return "USE ``;"u8.Length + 2 * System.Text.Encoding.UTF8.GetMaxByteCount(schema.Length);
    }

    /// <summary>Writes COM_QUERY with <c>USE schema;</c> in front of the text of another COM_QUERY: it only runs where the schema could be chosen.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="schema">The schema, as it is (not quoted).</param>
    /// <param name="query">The other query, header included, in one packet.</param>
    public static void WriteQueryAfterUse(ByteWriter writer, string schema, ReadOnlySpan<byte> query)
    {
        var start = Packets.Begin(writer);
        writer.WriteByte((byte)CommandCode.Query);
        writer.Write("USE `"u8);
        writer.WriteUtf8(schema.Contains('`', StringComparison.Ordinal) ? schema.Replace("`", "``", StringComparison.Ordinal) : schema);
        writer.Write("`;"u8);
        writer.Write(query[(Packets.HeaderLength + 1)..]);
        Packets.End(writer, start, 0);
    }
}
