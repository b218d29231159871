using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>Writes a <see cref="FakeReply"/> as the packets of a server. Used for one reply.</summary>
/// <param name="writer">Where to.</param>
/// <param name="capabilities">What was agreed at login.</param>
/// <param name="status">The session's status flags.</param>
internal sealed class ReplyEncoder(ByteWriter writer, CapabilityFlags capabilities, ServerStatus status)
{
    private const int FlushAt = 64 * 1024;

    private int _packets;
    private int _skewBy;
    private int _skewFrom;
    private byte _sequence = 1;

    /// <summary>Called where enough bytes for one write have gathered; it empties the writer.</summary>
    public Action? Flush { get; init; }

    /// <summary>Called where a file is asked for, with the number of its first packet; returns the number behind the last one.</summary>
    public Func<string, byte, byte>? ReadFile { get; init; }

    /// <summary>Called for every payload before it is framed.</summary>
    public Action<ReadOnlySpan<byte>>? OnPayload { get; init; }

    private bool DeprecatesEof => (capabilities & CapabilityFlags.DeprecateEof) != 0;

    public void Write(FakeReply reply)
    {
        _skewBy = reply.SkewBy;
        _skewFrom = reply.SkewFrom;
        if (reply.RawBytes is not null)
            writer.Write(reply.RawBytes);
        foreach (var payload in reply.Payloads ?? [])
            Packet(() => writer.Write(payload));
        for (var i = 0; i < reply.Results.Count; i++)
            Write(reply.Results[i], i < reply.Results.Count - 1);
    }

    private void Write(FakeResult result, bool moreFollow)
    {
        if (result.AsksFor is { } file && ReadFile is not null)
        {
            Packet(() => LocalInfileRequest.Write(writer, file));
            _sequence = ReadFile(file, _sequence);
        }

        if (result.Columns.Count == 0)
        {
            Packet(() =>
            {
                if (result.Error is { } error)
                    error.Write(writer);
                else
                    WriteOk(result, moreFollow, endsRows: false);
            });
            return;
        }

        Packet(() => writer.WriteLengthEncodedInteger((ulong)result.Columns.Count));
        foreach (var column in result.Columns)
            Packet(() => column.Write(writer));
        if (!DeprecatesEof)
            Packet(() => new EofPacket(0, Status(result, moreFollow)).Write(writer));
        foreach (var row in result.Rows)
        {
            if (row.Length != result.Columns.Count)
                throw new InvalidOperationException($"A fake row has {row.Length} cells, its result {result.Columns.Count} columns.");
            Packet(() => WriteRow(row));
        }

        Packet(() =>
        {
            if (result.Error is { } error)
                error.Write(writer);
            else if (DeprecatesEof)
                WriteOk(result, moreFollow, endsRows: true);
            else
                new EofPacket(result.Warnings, Status(result, moreFollow)).Write(writer);
        });
    }

    private void WriteRow(object?[] row)
    {
        foreach (var value in row)
        {
            if (FakeCell.Bytes(value) is { } cell)
                writer.WriteLengthEncodedString(cell);
            else
                writer.WriteByte(0xFB);
        }
    }

    private void WriteOk(FakeResult result, bool moreFollow, bool endsRows)
    {
        var flags = Status(result, moreFollow);
        ReadOnlySpan<byte> track = default;
        if (result.Track is { Bytes.Length: > 0 } block && (capabilities & CapabilityFlags.SessionTrack) != 0)
        {
            flags |= ServerStatus.SessionStateChanged;
            track = block.Bytes;
        }

        new OkPacket
        {
            AffectedRows = result.AffectedRows,
            LastInsertId = result.LastInsertId,
            Status = flags,
            Warnings = result.Warnings,
            Message = System.Text.Encoding.UTF8.GetBytes(result.Message),
            SessionTrack = track,
        }.Write(writer, capabilities, endsRows);
    }

    private ServerStatus Status(FakeResult result, bool moreFollow) =>
        (result.Status ?? status) | (moreFollow ? ServerStatus.MoreResultsExist : ServerStatus.None);

    private void Packet(Action writePayload)
    {
        var start = Packets.Begin(writer);
        writePayload();
        OnPayload?.Invoke(writer.WrittenSpan[(start + Packets.HeaderLength)..]);
        if (_packets++ == _skewFrom)
            _sequence = (byte)(_sequence + _skewBy);
        _sequence = Packets.End(writer, start, _sequence);
        if (Flush is not null && writer.Length >= FlushAt)
            Flush();
    }
}
