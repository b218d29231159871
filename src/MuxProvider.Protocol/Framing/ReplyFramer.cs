namespace MuxProvider.Protocol;

/// <summary>
/// Finds the end of the reply to a
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response.html">COM_QUERY</see>
/// (or any command that is answered by OK or ERR), packet by packet, and gathers its evidence. Pure; one instance a reply.
/// </summary>
/// <param name="capabilities">What was agreed at login.</param>
public struct ReplyFramer(CapabilityFlags capabilities)
{
    private readonly bool _hasEof = (capabilities & CapabilityFlags.DeprecateEof) == 0;
    private State _state;
    private ulong _columnsLeft;
    private ReplyEvidence _evidence;

    private enum State : byte
    {
        ResultStart,
        Columns,
        ColumnsEnd,
        Rows,
        Complete,
    }

    /// <summary>What the packets so far reveal.</summary>
    public readonly ReplyEvidence Evidence => _evidence;

    /// <summary>Whether the reply's last packet was taken.</summary>
    public readonly bool IsComplete => _state == State.Complete;

    /// <summary>Forgets what the results so far revealed: they were not of the statement.</summary>
    public void ForgetEvidence() => _evidence = default;

    /// <summary>Takes the next packet.</summary>
    /// <param name="payload">Its payload, whole.</param>
    /// <returns>What the packet is.</returns>
    /// <exception cref="ProtocolException">The packet cannot stand here.</exception>
    public ReplyPacket Take(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty && _state != State.Rows)
            throw new ProtocolException("An empty packet stands where a reply is expected.");
        switch (_state)
        {
            case State.ResultStart:
                return TakeResultStart(payload);

            // No column begins so: the first string's length cannot be this.
            case State.Columns or State.ColumnsEnd when payload[0] == ErrPacket.Header:
                return TakeError(payload);

            case State.Columns:
                if (--_columnsLeft == 0)
                    _state = _hasEof ? State.ColumnsEnd : State.Rows;
                return ReplyPacket.Column;

            case State.ColumnsEnd:
                if (payload[0] != EofPacket.Header)
                    throw new ProtocolException($"The byte 0x{payload[0]:X2} stands where EOF should end the columns.");
                _evidence.Add(EofPacket.Read(payload));
                _state = State.Rows;
                return ReplyPacket.ColumnsEnd;

            case State.Rows:
                return TakeRow(payload);

            default:
                throw new ProtocolException("The server sent a packet behind the end of a reply.");
        }
    }

    private ReplyPacket TakeResultStart(ReadOnlySpan<byte> payload)
    {
        switch (payload[0])
        {
            case OkPacket.Header:
                var packet = OkPacket.Read(payload, capabilities);
                _evidence.Add(packet);
                _state = (packet.Status & ServerStatus.MoreResultsExist) != 0 ? State.ResultStart : State.Complete;
                return ReplyPacket.Ok;

            case ErrPacket.Header:
                return TakeError(payload);

            // The reply goes on behind what is sent for it.
            case LocalInfileRequest.Header:
                return ReplyPacket.LocalInfile;

            default:
                var reader = new PacketReader(payload);
                _columnsLeft = reader.ReadLengthEncodedInteger();
                if (_columnsLeft is 0 or > ushort.MaxValue || reader.Remaining > 0)
                    throw new ProtocolException($"A result set cannot announce {_columnsLeft} columns in a packet of {payload.Length} bytes.");
                _state = State.Columns;
                return ReplyPacket.ColumnCount;
        }
    }

    private ReplyPacket TakeRow(ReadOnlySpan<byte> payload)
    {
        // An empty packet can only be the row of a result without columns, which does not exist.
        if (payload.IsEmpty)
            throw new ProtocolException("An empty packet stands where a row is expected.");
        if (payload[0] == ErrPacket.Header)
            return TakeError(payload);

        // A row may start with 0xFE as well: the length of a first cell of 16 MiB or more. Such a packet is never short.
        if (payload[0] != OkPacket.EndHeader || payload.Length >= (_hasEof ? 9 : Packets.MaxPayloadLength))
            return ReplyPacket.Row;
        if (_hasEof)
            _evidence.Add(EofPacket.Read(payload));
        else
            _evidence.Add(OkPacket.Read(payload, capabilities), endsRows: true);
        _state = (_evidence.Status & ServerStatus.MoreResultsExist) != 0 ? State.ResultStart : State.Complete;
        return ReplyPacket.RowsEnd;
    }

    private ReplyPacket TakeError(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 3)
            throw new ProtocolException($"An ERR packet of {payload.Length} bytes has no error number.");
        _evidence.ErrorCode = (ushort)(payload[1] | payload[2] << 8);
        if (_evidence.ErrorCode == 0)
            throw new ProtocolException("An ERR packet cannot have the error number 0.");
        _state = State.Complete;
        return ReplyPacket.Error;
    }
}
