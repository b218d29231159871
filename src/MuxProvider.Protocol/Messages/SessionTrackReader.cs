namespace MuxProvider.Protocol;

/// <summary>
/// Walks through the
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html#sect_protocol_basic_ok_packet_sessinfo">session-tracking block</see>
/// of an OK packet.
/// </summary>
/// <param name="block">The block, as <see cref="OkPacket.SessionTrack"/> has it.</param>
public ref struct SessionTrackReader(ReadOnlySpan<byte> block)
{
    private PacketReader _reader = new(block);
    private ReadOnlySpan<byte> _data;

    /// <summary>What the current entry tells of.</summary>
    public SessionTrackType Type { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <returns>False behind the last one.</returns>
    /// <exception cref="ProtocolException">The block is malformed.</exception>
    public bool Read()
    {
        if (_reader.Remaining == 0)
            return false;
        Type = (SessionTrackType)_reader.ReadByte();
        _data = _reader.ReadLengthEncodedBytes();
        return true;
    }

    /// <summary>The first string of the current entry: the schema, the variable's name, the transaction's state.</summary>
    /// <returns>The text; "" where the entry has none.</returns>
    public readonly string ReadName() => _data.IsEmpty ? "" : new PacketReader(_data).ReadLengthEncodedString();

    /// <summary>The second string of the current entry: the variable's value.</summary>
    /// <returns>The text; "" where the entry has none.</returns>
    public readonly string ReadValue()
    {
        if (_data.IsEmpty)
            return "";
        var reader = new PacketReader(_data);
        reader.ReadLengthEncodedBytes();
        return reader.Remaining == 0 ? "" : reader.ReadLengthEncodedString();
    }
}
