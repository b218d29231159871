using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>
/// Makes a fake server prepare whatever it is asked to, unless the text says <c>refuse</c>. Executing answers the text and the schema under
/// which it was prepared.
/// </summary>
internal sealed class PreparingServer
{
    // Guards the statements: connections have threads of their own.
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Connection, int Id), string> _statements = [];
    private int _lastId;

    public PreparingServer(FakeServer server) => server.OnCommand(Answer);

    /// <summary>How many statements there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _statements.Count;
        }
    }

    /// <summary>Forgets all statements, as no server should.</summary>
    public void Forget()
    {
        lock (_gate)
            _statements.Clear();
    }

    private FakeReply? Answer(FakeSession session, CommandCode code, string argument)
    {
        lock (_gate)
        {
            switch (code)
            {
                case CommandCode.StatementPrepare when argument.Contains("refuse", StringComparison.Ordinal):
                    return FakeReply.Error(1295, "HY000", "This command is not supported in the prepared statement protocol yet");

                case CommandCode.StatementPrepare:
                    _statements[(session.ConnectionId, ++_lastId)] = $"{argument} in {session.Schema}";
                    return Prepared(session, (uint)_lastId, argument.Count(c => c == '?'));

                case CommandCode.StatementExecute:
                    return _statements.TryGetValue((session.ConnectionId, argument[0]), out var text)
                        ? Row(session, text)
                        : FakeReply.Error(1243, "HY000", "Unknown prepared statement handler");

                case CommandCode.StatementClose:
                    _statements.Remove((session.ConnectionId, argument[0]));
                    return FakeReply.Nothing;

                case CommandCode.ResetConnection:
                    foreach (var key in _statements.Keys.Where(key => key.Connection == session.ConnectionId).ToArray())
                        _statements.Remove(key);
                    return null;

                default:
                    return null;
            }
        }
    }

    private static FakeReply Prepared(FakeSession session, uint id, int parameters)
    {
        var payloads = new List<byte[]> { Payload(new PreparedOk(id, 1, (ushort)parameters, 0).Write) };
        AddDefinitions(session, payloads, parameters, "?");
        AddDefinitions(session, payloads, 1, "value");
        return FakeReply.Packets([.. payloads]);
    }

    private static FakeReply Row(FakeSession session, string text)
    {
        var payloads = new List<byte[]> { Payload(writer => writer.WriteLengthEncodedInteger(2)) };
        foreach (var column in (ColumnDefinition[])[FakeColumn.Text("value"), FakeColumn.Integer("seven")])
            payloads.Add(Payload(column.Write));
        payloads.Add(Payload(writer =>
        {
            writer.WriteUInt16(0);
            writer.WriteLengthEncodedString(text);
            writer.WriteUInt64(7);
        }));
        payloads.Add(Payload(writer => new OkPacket { Status = session.Status }.Write(writer, session.Capabilities, true)));
        return FakeReply.Packets([.. payloads]);
    }

    private static void AddDefinitions(FakeSession session, List<byte[]> payloads, int count, string name)
    {
        for (var i = 0; i < count; i++)
            payloads.Add(Payload(FakeColumn.Text(name).Write));
        if (count > 0 && (session.Capabilities & CapabilityFlags.DeprecateEof) == 0)
            payloads.Add(Payload(new EofPacket(0, session.Status).Write));
    }

    private static byte[] Payload(Action<ByteWriter> write)
    {
        using var writer = new ByteWriter();
        write(writer);
        return writer.WrittenSpan.ToArray();
    }
}
