using System.Net.Sockets;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// One connection of a <see cref="FakeServer"/>: a thread that logs the client in and reads its commands, and a thread
/// that answers them one after the other. Neither needs the thread pool.
/// </summary>
internal sealed class ServerConnection
{
    private const int StackSize = 512 * 1024;

    private readonly FakeServer _server;
    private readonly SignalBoard _board;
    private readonly ServerWire _wire;
    private readonly FakeSession _session;
    private readonly Thread _reader;
    private readonly Thread _answerer;

    // All guarded by the board.
    private readonly Queue<(ReceivedCommand Command, int Length)> _commands = new();
    private bool _isAnswering;
    private bool _isSending;
    private bool _isInterrupted;
    private bool _isClosed;
    private FileReading? _file;

    public ServerConnection(FakeServer server, SignalBoard board, Socket socket, int id)
    {
        _server = server;
        _board = board;
        Id = id;
        _session = new FakeSession(id, server.Options);
        _wire = new ServerWire(socket, id, server, () => board.Read(() => _isClosed));
        _reader = new Thread(ReadAll, StackSize) { IsBackground = true, Name = $"fake server: read #{id}" };
        _answerer = new Thread(AnswerAll, StackSize) { IsBackground = true, Name = $"fake server: answer #{id}" };
    }

    public int Id { get; }

    public bool IsClosed => _board.Read(() => _isClosed);

    /// <summary>Commands that came and were not answered.</summary>
    public int Unanswered => _board.Read(() => _isClosed ? 0 : _commands.Count + (_isAnswering || _isSending ? 1 : 0));

    public void Start() => _reader.Start();

    /// <summary>Ends the connection from the server's side.</summary>
    /// <param name="reset">Whether with a reset instead of a plain end.</param>
    public void Close(bool reset)
    {
        _board.Update(() => _isClosed = true);
        if (reset)
            _wire.Reset();
        else
            _wire.EndSending();
    }

    /// <summary>Ends everything and waits for the threads.</summary>
    public void Shut(TimeSpan limit)
    {
        _board.Update(() => _isClosed = true);
        _wire.Dispose();
        foreach (var thread in (Thread[])[_reader, _answerer])
        {
            if (thread != Thread.CurrentThread && (thread.ThreadState & ThreadState.Unstarted) == 0)
                thread.Join(limit);
        }
    }

    /// <summary>Interrupts the command that runs, as <c>KILL QUERY</c> does; nothing where none runs.</summary>
    public void Interrupt() => _board.Update(() => _isInterrupted = _isAnswering);

    /// <summary>Sends an ERR that nobody asked for.</summary>
    public void SendUnsolicited(ErrPacket error)
    {
        using var writer = new ByteWriter();
        var start = Packets.Begin(writer);
        error.Write(writer);
        Packets.End(writer, start, 0);
        _wire.Send(writer.WrittenSpan);
    }

    public void SendMerged() => _wire.SendMerged();

    private void ReadAll()
    {
        try
        {
            if (!Welcome() || !new ServerLogin(_server, _wire, _session).Run())
                Close(reset: false);
            else
                _answerer.Start();
            ReadCommands(discards: false);
        }
        catch (Exception e) when (e is ConnectionEndedException or ProtocolException)
        {
            if (e is ProtocolException)
                _server.Violation($"#{Id}: {e.Message}");
        }
        finally
        {
            _board.Update(() =>
            {
                // A reply that is being sent may well have been read already.
                if (!_isClosed)
                    _server.CountAbandoned(_commands.Count(next => next.Command.Code != CommandCode.Quit) + (_isAnswering ? 1 : 0));
                _isClosed = true;
                _commands.Clear();
            });
            _wire.Dispose();
        }
    }

    private bool Welcome()
    {
        _server.PassLoginHolds(Id, () => IsClosed);
        switch (_server.Welcome)
        {
            case FakeWelcome.Greeting:
                return true;
            case FakeWelcome.TooManyConnections:
                // MariaDB has no SQLSTATE to tell before it knows the client.
                var text = _session.Options.Version.Contains("MariaDB", StringComparison.Ordinal) ? "Too many connections" : "#08004Too many connections";
                byte[] payload = [ErrPacket.Header, 0x10, 0x04, .. Encoding.ASCII.GetBytes(text)];
                _wire.Send([(byte)payload.Length, 0, 0, 0, .. payload]);
                return false;
            case FakeWelcome.Hangup:
                return false;
            default:
                ReadCommands(discards: true);
                throw new ConnectionEndedException();
        }
    }

    // Reads to the end, also behind the server's own end: then without effect.
    private void ReadCommands(bool discards)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        byte[] begun = [];
        byte sequence = 0;
        var arrived = new List<byte[]>();
        while (true)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
            var count = _wire.Read(buffer.AsSpan(filled));
            if (count == 0)
                return;
            filled += count;
            if (discards || IsClosed)
            {
                filled = 0;
                continue;
            }

            arrived.Clear();
            var position = 0;
            while (filled - position >= Packets.HeaderLength)
            {
                var header = buffer.AsSpan(position);
                var length = Packets.PayloadLength(header);
                if (filled - position - Packets.HeaderLength < length)
                    break;
                if (TakeOfFile(Packets.Sequence(header), header.Slice(Packets.HeaderLength, length)) is { } isTaken)
                {
                    if (!isTaken)
                        break;
                    position += Packets.HeaderLength + length;
                    continue;
                }

                if (Packets.Sequence(header) != sequence)
                {
                    Reject($"a command's packet has the sequence number {Packets.Sequence(header)} instead of {sequence}", new ErrPacket(1156, "08S01", "Got packets out of order"));
                    break;
                }

                byte[] payload = [.. begun, .. header.Slice(Packets.HeaderLength, length)];
                position += Packets.HeaderLength + length;
                if (length == Packets.MaxPayloadLength)
                {
                    begun = payload;
                    sequence++;
                    continue;
                }

                begun = [];
                sequence = 0;
                if (payload.Length == 0)
                {
                    Reject("a command is empty", new ErrPacket(1047, "08S01", "Unknown command"));
                    break;
                }

                arrived.Add(payload);
            }

            buffer.AsSpan(position, filled - position).CopyTo(buffer);
            filled -= position;
            Enqueue(arrived);
            if (!_session.Options.ReadsEagerly)
                _board.WaitFor(() => _isClosed || _commands.Count == 0 && !_isAnswering && !_isSending);
        }
    }

    // Null where no file is being read; false where the packet cannot be part of it.
    private bool? TakeOfFile(byte sequence, ReadOnlySpan<byte> payload)
    {
        if (_board.Read(() => _file is null or { IsWhole: true }))
            return null;
        var bytes = payload.ToArray();
        if (_board.Update(() => _file!.Take(sequence, bytes)) is not { } violation)
            return true;
        Reject(violation, new ErrPacket(1156, "08S01", "Got packets out of order"));
        return false;
    }

    // Asks for a file and reads it, on the answering thread; the reading one takes its packets.
    private byte ReadFile(string name, byte sequence, Action flush)
    {
        var file = new FileReading(name, sequence);
        if (_board.Update(() =>
        {
            _file = file;
            return _commands.Count;
        }) is > 0 and var waiting)
            _server.Violation($"#{Id}: {waiting} commands were sent before the file '{name}'");
        flush();
        _board.WaitFor(() => _isClosed || file.IsWhole);
        _server.Log(_board.Read(() => file.File));
        return file.IsWhole ? file.Sequence : throw new ConnectionEndedException();
    }

    private void Enqueue(List<byte[]> arrived)
    {
        if (arrived.Count == 0)
            return;
        var segment = _server.NextSegment();
        _board.Update(() =>
        {
            for (var i = 0; i < arrived.Count; i++)
            {
                var dropped = i > 0 && _server.DropsAllButFirstOfSegment;
                var command = new ReceivedCommand(Id, (CommandCode)arrived[i][0], Encoding.UTF8.GetString(arrived[i].AsSpan(1)), segment, dropped);
                _server.Log(command);
                if (!dropped)
                    _commands.Enqueue((command, arrived[i].Length));
            }
        });
    }

    private void Reject(string violation, ErrPacket error)
    {
        _server.Violation($"#{Id}: {violation}");
        SendUnsolicited(error);
        Close(reset: false);
    }

    private void AnswerAll()
    {
        try
        {
            while (Take() is { } next)
            {
                if (next.Command.Code == CommandCode.Quit)
                {
                    Close(reset: false);
                    return;
                }

                var reply = next.Length > MaxAllowedPacket()
                    ? FakeReply.Error(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes").ThenClose()
                    : _server.Answer(_session, next.Command);
                foreach (var hold in _server.HoldsFor(next.Command))
                    hold.Pass(() => _isClosed || _isInterrupted);
                if (_board.Read(() => _isInterrupted))
                    reply = FakeReply.Error(1317, "70100", "Query execution was interrupted");
                if (IsClosed)
                    return;
                _board.Update(() =>
                {
                    _isAnswering = _isInterrupted = false;
                    _isSending = true;
                });
                Send(reply);
                _board.Update(() => _isSending = false);
                if (reply.ClosesConnection)
                {
                    Close(reset: false);
                    return;
                }
            }
        }
        catch (ConnectionEndedException)
        {
            // The reader sees the same end.
        }
        catch (Exception e)
        {
            // A fault of the test's handler: seen by the client as an error, and by the test at the end.
            _server.Violation($"#{Id}: the fake server failed: {e}");
            Close(reset: false);
        }
    }

    private (ReceivedCommand Command, int Length)? Take()
    {
        _board.WaitFor(() => _isClosed || _commands.Count > 0);
        return _board.Update<(ReceivedCommand, int)?>(() =>
        {
            if (_isClosed)
                return null;
            var next = _commands.Dequeue();
            _isAnswering = next.Command.Code != CommandCode.Quit;
            return next;
        });
    }

    private long MaxAllowedPacket() =>
        long.TryParse(_session.Variables.GetValueOrDefault("max_allowed_packet"), System.Globalization.CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;

    private void Send(FakeReply reply)
    {
        if (reply.IsNothing)
            return;
        if (_server.Faults.TakeSkew() is { } skew)
            reply = reply.Skewed(skew.By, skew.From);
        using var writer = new ByteWriter();
        void Flush()
        {
            _wire.SendMerged();
            _wire.Send(writer.WrittenSpan);
            writer.Clear();
        }

        new ReplyEncoder(writer, _session.Capabilities, _session.Status)
        {
            Flush = Flush,
            ReadFile = (name, sequence) => ReadFile(name, sequence, Flush),
        }.Write(reply);
        _wire.SendReplyEnd(writer.WrittenSpan);
    }
}
