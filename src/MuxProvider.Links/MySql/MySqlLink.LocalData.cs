using System.Net.Sockets;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <content>
/// What happens where the server asks for a file. While it is sent, whoever sends it holds the flush state, so nobody else writes; the
/// reader reads on, and waits for nobody.
/// </content>
internal sealed partial class MySqlLink
{
    private const int NotYet = -1;

    // A request that came while somebody was still writing: who writes passes it on. Guarded by the gate.
    private LocalTurn _turn;

    // Whether the reader waits for what the server says behind a file. Only the reader touches it.
    private bool _isTurned;

    // The sequence number that the server goes on with behind the file; NotYet before its end was sent.
    private int _resumesAt = NotYet;

    /// <summary>The clock.</summary>
    internal TimeProvider Clock => _transport.Options.TimeProvider;

    /// <summary>Writes a part of a file. Only by who has the turn.</summary>
    /// <param name="packets">Whole packets.</param>
    /// <returns>False where the link is lost: its reply fails by itself.</returns>
    internal bool WriteLocal(ReadOnlySpan<byte> packets)
    {
        try
        {
            _session.Stream.Write(packets);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            Cut(sayGoodbye: false);
            return false;
        }
    }

    /// <summary>Says what the server's next packet is numbered. Before the end of the file is written.</summary>
    internal void ResumeAt(byte sequence) => Volatile.Write(ref _resumesAt, sequence);

    /// <summary>The file and its end were written: others may write again.</summary>
    internal void EndTurn() => Flush(int.MaxValue);

    // The server asks for a file. By the reader.
    private LinkException? TurnRound(MySqlReply reply, string file, byte sequence)
    {
        var turn = new LocalTurn(reply, file, sequence);
        _isTurned = true;
        Volatile.Write(ref _resumesAt, NotYet);
        lock (_gate)
        {
            // What is in flight behind it the server takes for the file.
            if (_pipeline.InFlight > 1)
            {
                return new LinkException(
                    LinkFailureKind.Protocol,
                    Delivery.Sent,
                    $"The server at {Facts.Endpoint} asked for the local file '{file}' in the middle of other statements. The connection was closed.");
            }

            if (_flush == FlushState.Flushing)
            {
                _turn = turn;
                return null;
            }

            _flush = FlushState.Flushing;
        }

        HandOver(turn, byReader: true);
        return null;
    }

    // Whether the server asked for a file while the caller was writing; then the caller goes on holding the flush state. Guarded by the gate.
    private bool TakeTurn(out LocalTurn turn)
    {
        turn = _turn;
        _turn = default;
        return turn.Reply is not null;
    }

    // Gives the turn to the statement's caller. Where there is none, or nothing was offered, the server gets an empty file: a few bytes,
    // which hold nobody up.
    private void HandOver(in LocalTurn turn, bool byReader)
    {
        var reply = turn.Reply!;
        if (reply.Local is { } offered)
        {
            if (offered.Ask(turn.File, turn.Sequence))
                return;
        }
        else
        {
            reply.Refuse(turn.File);
        }

        using var end = new ByteWriter(16);
        ResumeAt(LocalInfilePackets.WriteEnd(end, turn.Sequence));
        if (!WriteLocal(end.WrittenSpan))
            return;
        if (!byReader)
        {
            EndTurn();
            return;
        }

        // What waits is sent when the reply is over, which the reader itself will see.
        lock (_gate)
            _flush = FlushState.Idle;
    }

    // Something came behind a request for a file.
    private LinkException? Resume(ReadOnlySpan<byte> payload, ref byte expected)
    {
        var next = Volatile.Read(ref _resumesAt);
        if (next != NotYet)
        {
            _isTurned = false;
            expected = (byte)next;
            return null;
        }

        // The server does not wait for the end of the file: then it reads no more of it, and goes.
        if (payload.IsEmpty || payload[0] != ErrPacket.Header)
            throw new ProtocolException("The server answers before it has the file that it asked for.");
        var error = ErrPacket.Read(payload);
        return new LinkException(
            LinkFailureKind.ConnectionLost, Delivery.Sent, $"The server at {Facts.Endpoint} closed the connection before it had the file: {error.Message}", error);
    }
}
