namespace MuxProvider.Protocol;

/// <summary>
/// Finds the end of the reply to COM_STMT_PREPARE, packet by packet. The definitions in it are counted, not read: the reply to
/// COM_STMT_EXECUTE, which a <see cref="ReplyFramer"/> takes, brings those that hold. Pure; one instance a reply.
/// </summary>
/// <param name="capabilities">What was agreed at login.</param>
public struct PrepareFramer(CapabilityFlags capabilities)
{
    private readonly bool _hasEof = (capabilities & CapabilityFlags.DeprecateEof) == 0;
    private bool _isBegun;
    private int _packetsLeft;

    /// <summary>What was prepared; null while that is not known, and where the server refused.</summary>
    public PreparedOk? Prepared { get; private set; }

    /// <summary>The number of the error that ended the reply; 0 for none.</summary>
    public ushort ErrorCode { get; private set; }

    /// <summary>Whether the reply's last packet was taken.</summary>
    public readonly bool IsComplete => _isBegun && _packetsLeft == 0;

    /// <summary>Takes the next packet.</summary>
    /// <param name="payload">Its payload, whole.</param>
    /// <exception cref="ProtocolException">The packet cannot stand here.</exception>
    public void Take(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            throw new ProtocolException("An empty packet stands where a reply is expected.");
        if (IsComplete)
            throw new ProtocolException("The server sent a packet behind the end of a reply.");
        if (payload[0] == ErrPacket.Header)
        {
            ErrorCode = ErrPacket.Read(payload).Code;
            if (ErrorCode == 0)
                throw new ProtocolException("An ERR packet cannot have the error number 0.");
            _isBegun = true;
            _packetsLeft = 0;
            Prepared = null;
        }
        else if (!_isBegun)
        {
            var ok = PreparedOk.Read(payload);
            _isBegun = true;
            _packetsLeft = Definitions(ok.Parameters) + Definitions(ok.Columns);
            Prepared = ok;
        }
        else
        {
            _packetsLeft--;
        }
    }

    private readonly int Definitions(int count) => count == 0 || !_hasEof ? count : count + 1;
}
