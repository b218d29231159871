using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// The
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html">connection phase</see>
/// of one link, and what has to be set and asked before it can be shared. Blocking; used once.
/// </summary>
internal sealed class MySqlLogin
{
    /// <summary>
    /// What every session begins with, after login and after a reset: utf8mb4, autocommit, and the trackers that sharing needs.
    /// </summary>
    internal const string Baseline =
        "SET NAMES utf8mb4, SESSION autocommit=1, SESSION session_track_schema=1, SESSION session_track_state_change=1, "
        + "SESSION session_track_system_variables='sql_mode,character_set_client'";

    /// <summary>Asks for what a reset does not bring back. An error means that the server has no roles.</summary>
    internal const string RoleQuestion = "SELECT CURRENT_ROLE()";

    /// <summary>The same where the server has no trackers.</summary>
    internal const string BaselineWithoutTracking = "SET NAMES utf8mb4, SESSION autocommit=1";
    private const string Questions = "SELECT @@sql_mode, @@max_allowed_packet, CONNECTION_ID(), @@hostname, @@port, @@server_id, @@character_set_client, @@net_write_timeout";

    private const string CharacterSet = "utf8mb4";
    private const byte Utf8Mb4GeneralCi = 45;
    private const uint LargestPacket = 0x40000000;
    private const int LongestWait = 60_000;
    private const int ProbeMilliseconds = 2_000;

    // More than any login takes, so that nobody who answers in a server's place can fill the memory.
    private const int MostBytes = 1024 * 1024;

    private readonly MySqlTransportOptions _options;
    private readonly Deadline _deadline;
    private readonly Socket _socket;
    private readonly string _endpoint;
    private readonly string? _host;
    private readonly bool _isLocal;
    private readonly bool _isUnixSocket;
    private readonly PacketSource _source;
    private readonly ByteWriter _writer = new();
    private Stream _stream;
    private byte _sequence;
    private bool _isEncrypted;
    private string _redirectUrl = "";

    public MySqlLogin(MySqlTransportOptions options, Deadline deadline, Socket socket, string endpoint, string? host, bool isLocal, bool isUnixSocket)
    {
        _options = options;
        _deadline = deadline;
        _socket = socket;
        _endpoint = endpoint;
        _host = host;
        _isLocal = isLocal;
        _isUnixSocket = isUnixSocket;
        _stream = new NetworkStream(socket, ownsSocket: false);
        _source = new PacketSource { Stream = _stream, Allowance = MostBytes };
    }

    public MySqlSession LogIn()
    {
        var isDone = false;
        try
        {
            var session = LogInCore();
            isDone = true;
            return session;
        }
        finally
        {
            _writer.Dispose();
            if (!isDone)
            {
                _source.Dispose();
                _stream.Dispose();
            }
        }
    }

    private MySqlSession LogInCore()
    {
        var first = Receive();
        if (first[0] == ErrPacket.Header)
            throw Refused(ErrPacket.Read(first));
        var greeting = Greeting.Read(first);
        if ((greeting.Capabilities & CapabilityFlags.Protocol41) == 0)
            throw new ProtocolException($"The server '{greeting.Version}' is too old: it does not speak protocol 4.1.");
        var version = ServerVersion.Parse(greeting.Version);
        var capabilities = Agree(greeting.Capabilities);

        if (_options.SslMode != SslMode.None)
        {
            if ((greeting.Capabilities & CapabilityFlags.Ssl) != 0)
                capabilities |= CapabilityFlags.Ssl;
            else if (_options.SslMode != SslMode.Preferred)
                throw new LinkException(
                    LinkFailureKind.Tls,
                    Delivery.NotSent,
                    $"SslMode={_options.SslMode} asks for TLS, but the server at {_endpoint} does not offer it. Configure a certificate on the server, or use SslMode=Preferred or None.");
        }

        var authentication = new Authenticator(_options, _endpoint, _isLocal);
        if ((capabilities & CapabilityFlags.Ssl) != 0)
        {
            // The login follows encrypted; here only its beginning is needed.
            Send(new HandshakeResponse41(capabilities, LargestPacket, Utf8Mb4GeneralCi, "", [], null, "", null).WriteSslRequest);
            authentication.Certificate = StartTls(CertificateCheck.CanBeProven(_options, version));
            authentication.Channel = authentication.Certificate.Trust;
        }

        if (_isUnixSocket)
            authentication.Channel = ChannelTrust.Known;

        // The server's default plugin may be one that is not known here, or not allowed: then begin with another, and be switched.
        var plugin = authentication.First(greeting.AuthenticationPlugin);
        var nonce = greeting.Nonce;
        var response = authentication.FirstResponse(plugin, nonce);
        Send(new HandshakeResponse41(
            capabilities, LargestPacket, Utf8Mb4GeneralCi, _options.UserId, response, null, plugin, Attributes()).Write);
        Authenticate(authentication, plugin, nonce, capabilities);

        return Prepare(greeting, version, capabilities);
    }

    private CapabilityFlags Agree(CapabilityFlags server)
    {
        const CapabilityFlags always = CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection | CapabilityFlags.MultiStatements
            | CapabilityFlags.MultiResults | CapabilityFlags.PreparedMultiResults | CapabilityFlags.Transactions | CapabilityFlags.LongFlag
            | CapabilityFlags.LongPassword;
        const CapabilityFlags whereOffered = CapabilityFlags.PluginAuth | CapabilityFlags.PluginAuthLengthEncodedData
            | CapabilityFlags.ConnectAttributes | CapabilityFlags.SessionTrack | CapabilityFlags.DeprecateEof;
        var wanted = always | (server & whereOffered);
        if (!_options.UseAffectedRows)
            wanted |= CapabilityFlags.FoundRows;
        if (_options.InteractiveSession)
            wanted |= CapabilityFlags.Interactive;
        if (_options.AllowsLocalFiles)
            wanted |= CapabilityFlags.LocalFiles;
        return wanted;
    }

    private List<KeyValuePair<string, string>> Attributes()
    {
        List<KeyValuePair<string, string>> attributes =
        [
            new("_client_name", "MuxProvider"),
            new("_client_version", typeof(MySqlLogin).Assembly.GetName().Version?.ToString(3) ?? ""),
            new("_os", Environment.OSVersion.Platform.ToString()),
            new("_pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)),
        ];
        if (_options.ApplicationName.Length > 0)
            attributes.Add(new("program_name", _options.ApplicationName));
        return attributes;
    }

    private CertificateCheck StartTls(bool canBeProven)
    {
        if (_source.HasBytes)
            throw new ProtocolException("The server sent unencrypted bytes where TLS should begin.");
        _socket.ReceiveTimeout = _socket.SendTimeout = _deadline.RemainingMilliseconds(LongestWait);
        (_stream, var certificate) = TlsUpgrade.Start(_stream, _options, _host, _endpoint, canBeProven);
        _source.Stream = _stream;
        _isEncrypted = true;
        return certificate;
    }

    private void Authenticate(Authenticator authentication, string plugin, byte[] nonce, CapabilityFlags capabilities)
    {
        while (true)
        {
            var payload = Receive();
            switch (payload[0])
            {
                case OkPacket.Header:
                    var ok = OkPacket.Read(payload, capabilities);
                    authentication.CheckEnd(plugin, nonce, ok.Message);
                    _redirectUrl = RedirectUrlOf(ok.SessionTrack);
                    return;

                case ErrPacket.Header:
                    throw Refused(ErrPacket.Read(payload));

                case AuthSwitchRequest.Header:
                    var request = AuthSwitchRequest.Read(payload);
                    plugin = request.AuthenticationPlugin;
                    nonce = request.Nonce;
                    Reply(authentication.FirstResponse(plugin, nonce));
                    break;

                case LoginPackets.AuthMoreDataHeader:
                    if (authentication.NextResponse(plugin, nonce, payload[1..]) is { } response)
                        Reply(response);
                    break;

                default:
                    throw new ProtocolException($"The byte 0x{payload[0]:X2} stands where the end of the login is expected.");
            }
        }
    }

    private static string RedirectUrlOf(ReadOnlySpan<byte> sessionTrack)
    {
        var track = new SessionTrackReader(sessionTrack);
        while (track.Read())
        {
            if (track.Type == SessionTrackType.SystemVariable && track.ReadName() == "redirect_url")
                return track.ReadValue();
        }

        return "";
    }

    // What comes after the login, in as few round trips as the server allows.
    private MySqlSession Prepare(Greeting greeting, ServerVersion version, CapabilityFlags capabilities)
    {
        var canBeShared = (capabilities & CapabilityFlags.SessionTrack) != 0 && (capabilities & CapabilityFlags.DeprecateEof) != 0;
        var pipelines = _options.Pipelining switch
        {
            PipeliningMode.On => true,
            PipeliningMode.Off => false,
            _ => Endpoints.SupportsPipelining(_endpoint, greeting.Version) ?? Probe(greeting.Version),
        };

        var baseline = canBeShared ? Baseline : BaselineWithoutTracking;
        var answers = !_options.AsksRoles ? Ask(capabilities, pipelines, baseline, Questions, RoleQuestion)
            : version.IsMariaDb ? Ask(capabilities, pipelines, baseline, Questions, RoleQuestion, ServerRoles.Plain, ServerRoles.Cluster)
            : Ask(capabilities, pipelines, baseline, Questions, RoleQuestion, ServerRoles.Plain);
        if (answers[1] is not [var sqlMode, var largestPacket, var thread, var hostName, var port, var serverId, var characterSet, var netWriteTimeout])
            throw new ProtocolException($"The server answered {answers[1].Count} values where 8 were asked for.");

        // Texts are written in utf8mb4: read in another character set, a quote may be half of another character.
        if (characterSet != CharacterSet)
        {
            throw new LinkException(
                LinkFailureKind.LoginRefused,
                Delivery.NotSent,
                $"The server at {_endpoint} reads texts in {characterSet} although {CharacterSet} was asked for, so they could be misread. Check what stands between it and the client.");
        }

        var (serverRole, isClusterNode) = answers.Length > 3 ? ServerRoles.Read(answers[3], answers.Length > 4 ? answers[4] : []) : default;
        _socket.ReceiveTimeout = 0;
        _socket.SendTimeout = 0;
        _source.Allowance = long.MaxValue;
        var facts = new LinkFacts
        {
            ServerVersion = version,
            ServerThread = greeting.ThreadId,
            SqlMode = sqlMode,
            MaxAllowedPacket = long.TryParse(largestPacket, CultureInfo.InvariantCulture, out var most) ? most : 16 * 1024 * 1024,
            NetWriteTimeout = TimeSpan.FromSeconds(int.TryParse(netWriteTimeout, CultureInfo.InvariantCulture, out var patience) && patience > 0 ? patience : 60),
            Role = answers[2].FirstOrDefault(),
            ServerRole = serverRole,
            IsClusterNode = isClusterNode,

            // A proxy that greets with another number than the server knows hides which conversation is ours.
            ServerIdentity = thread == greeting.ThreadId.ToString(CultureInfo.InvariantCulture) ? $"{hostName}:{port}:{serverId}" : "",
            SupportsPipelining = pipelines,
            CanBeShared = canBeShared,
            Endpoint = _endpoint,
            IsEncrypted = _isEncrypted,
        };
        return new MySqlSession(_socket, _stream, _source, capabilities, facts) { RedirectUrl = _redirectUrl };
    }

    // Two signs of life in one write. A server that pipelines answers both, each as the first packet of its reply.
    private bool Probe(string serverVersion)
    {
        _writer.Clear();
        Commands.Write(_writer, CommandCode.Ping);
        Commands.Write(_writer, CommandCode.Ping);
        Flush();
        try
        {
            for (var i = 0; i < 2; i++)
            {
                _socket.ReceiveTimeout = _deadline.RemainingMilliseconds(ProbeMilliseconds);
                var payload = _source.Read(out var sequence, out _);
                if (sequence != 1 || payload.IsEmpty || payload[0] != OkPacket.Header)
                    throw new PipeliningRefusedException(serverVersion);
            }
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            throw new PipeliningRefusedException(serverVersion);
        }

        // A third answer to two commands would be taken for that of the next.
        if (_source.HasBytes)
            throw new PipeliningRefusedException(serverVersion);
        Endpoints.Remember(_endpoint, serverVersion, supportsPipelining: true);
        return true;
    }

    // Runs texts in one write where the server pipelines, else one by one; returns the cells of each.
    private List<string>[] Ask(CapabilityFlags capabilities, bool pipelines, params ReadOnlySpan<string> texts)
    {
        var answers = new List<string>[texts.Length];
        _writer.Clear();
        for (var i = 0; i < texts.Length; i++)
        {
            Commands.WriteQuery(_writer, texts[i]);
            if (pipelines)
                continue;
            Flush();
            answers[i] = ReadCells(capabilities, texts[i]);
            _writer.Clear();
        }

        if (!pipelines)
            return answers;
        Flush();
        for (var i = 0; i < texts.Length; i++)
            answers[i] = ReadCells(capabilities, texts[i]);
        return answers;
    }

    // Reads one whole reply and returns the cells of its rows.
    private List<string> ReadCells(CapabilityFlags capabilities, string text)
    {
        var cells = new List<string>();
        var framer = new ReplyFramer(capabilities);
        var columns = 0;
        _sequence = 1;
        while (!framer.IsComplete)
        {
            var payload = Receive();
            switch (framer.Take(payload))
            {
                case ReplyPacket.Error when text != RoleQuestion && !ServerRoles.IsOptional(text, ErrPacket.Read(payload).Code):
                    throw Refused(ErrPacket.Read(payload));

                case ReplyPacket.LocalInfile:
                    throw new ProtocolException("The server asks for a local file while logging in.");

                case ReplyPacket.ColumnCount:
                    columns = payload[0];
                    break;

                case ReplyPacket.Row:
                    var ranges = new CellRange[columns];
                    TextRows.Split(payload, ranges);
                    foreach (var range in ranges)
                        cells.Add(range.IsNull ? "" : Encoding.UTF8.GetString(range.Slice(payload)));
                    break;
            }
        }

        return cells;
    }

    private ReadOnlySpan<byte> Receive()
    {
        _socket.ReceiveTimeout = _deadline.RemainingMilliseconds(LongestWait);
        var payload = _source.Read(out var sequence, out var packets);
        var isError = !payload.IsEmpty && payload[0] == ErrPacket.Header;
        if (sequence != _sequence && !isError)
            throw new ProtocolException($"Packet {sequence} came where packet {_sequence} was expected.");
        if (payload.IsEmpty)
            throw new ProtocolException("The server sent an empty packet while logging in.");
        _sequence = (byte)(sequence + packets);
        return payload;
    }

    private void Send(Action<ByteWriter> write)
    {
        _writer.Clear();
        var start = Packets.Begin(_writer);
        write(_writer);
        _sequence = Packets.End(_writer, start, _sequence);
        Flush();
    }

    private void Reply(byte[] payload) => Send(writer => writer.Write(payload));

    private void Flush()
    {
        _socket.SendTimeout = _deadline.RemainingMilliseconds(LongestWait);
        _stream.Write(_writer.WrittenSpan);
    }

    private LinkException Refused(ErrPacket error) => new(
        LinkFailureKind.LoginRefused,
        Delivery.NotSent,
        error.Code switch
        {
            1045 or 1698 => $"The server at {_endpoint} refused user '{_options.UserId}' ({error.Message}). Check User ID and Password in the connection string.",
            1040 or 1203 or 1226 => $"The server at {_endpoint} has no connection left ({error.Message}). Lower Max Links, or raise the server's max_connections.",
            1129 or 1130 => $"The server at {_endpoint} does not let this host in ({error.Message}).",
            3159 => $"The server at {_endpoint} takes only encrypted connections ({error.Message}). Use SslMode=Required or stricter.",
            _ => $"The server at {_endpoint} refused the login: {error.Message}",
        },
        error);
}
