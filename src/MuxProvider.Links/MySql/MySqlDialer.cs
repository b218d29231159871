using System.Net;
using System.Net.Sockets;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// Connects to one server and logs in, blocking, on the thread that will read the link: opening a link needs no thread of the pool.
/// </summary>
/// <param name="options">Where to and how.</param>
/// <param name="deadline">When to give up.</param>
internal sealed class MySqlDialer(MySqlTransportOptions options, Deadline deadline)
{
    private const int LongestWait = 60_000;

    // A timer may be early by a tick; whoever finds the socket closed must find the deadline over.
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(50);

    /// <summary>Opens a conversation over the Unix socket.</summary>
    /// <param name="server">The server's number.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="LinkException">It could not be opened: says why.</exception>
    public MySqlSession DialSocket(int server)
    {
        var path = options.UnixSocket!;
        return Numbered(Dial(new UnixDomainSocketEndPoint(path), path, host: null, options.Port), server, "");
    }

    /// <summary>Opens a conversation with a server: at the first of its addresses that answers, and where its role suits.</summary>
    /// <param name="server">The server's number.</param>
    /// <param name="place">Where it is.</param>
    /// <returns>The conversation; where no address suits, that with one that answers.</returns>
    /// <exception cref="LinkException">None could be opened: says why.</exception>
    public MySqlSession Dial(int server, ServerAddress place)
    {
        LinkException? last = null;
        MySqlSession? misfit = null;
        var addresses = Resolve(place.Host, ref last);
        for (var i = 0; i < addresses.Length; i++)
        {
            try
            {
                var share = ServerDialer.Share(deadline, addresses.Length - i);
                var isName = addresses[i].ToString() != place.Host;
                var session = Numbered(
                    new MySqlDialer(options, share).Dial(new IPEndPoint(addresses[i], place.Port), place.ToString(), place.Host, place.Port),
                    server,
                    isName ? addresses[i].ToString() : "");
                misfit?.Close();
                if (i == addresses.Length - 1 || TargetRule.RankOf(options.Target, session.Facts.ServerRole) == 0)
                    return session;
                misfit = session;
            }
            catch (LinkException failure) when (IsWorthAnother(failure) && !deadline.IsOver)
            {
                last = failure;
            }
            catch
            {
                misfit?.Close();
                throw;
            }
        }

        return misfit ?? throw last ?? new LinkException(LinkFailureKind.Unreachable, Delivery.NotSent, $"The host '{place.Host}' has no address. Check Server in the connection string.");
    }

    // The next address may be another server.
    private static bool IsWorthAnother(LinkException failure) => failure.Kind is LinkFailureKind.Unreachable or LinkFailureKind.TimedOut
        || failure.ServerError is { Code: 1040 or 1047 };

    private static MySqlSession Numbered(MySqlSession session, int server, string address) =>
        session with { Facts = session.Facts with { Server = server, Address = address } };

    private IPAddress[] Resolve(string host, ref LinkException? failure)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];
        try
        {
            return options.Resolve(host);
        }
        catch (SocketException e)
        {
            failure = new LinkException(
                LinkFailureKind.Unreachable,
                Delivery.NotSent,
                $"The host '{host}' is unknown: its name could not be resolved ({e.Message}). Check Server in the connection string.",
                innerException: e);
            return [];
        }
    }

    private MySqlSession Dial(EndPoint address, string endpoint, string? host, int port)
    {
        // A server that cannot pipeline is found out by a probe that breaks the conversation: then it is opened once more.
        try
        {
            return DialOnce(address, endpoint, host, port, options);
        }
        catch (LinkException failure) when (failure.Kind is LinkFailureKind.Protocol or LinkFailureKind.TimedOut or LinkFailureKind.Unreachable)
        {
            Endpoints.Doubt(endpoint);
            throw;
        }
        catch (PipeliningRefusedException refusal)
        {
            // Only what then works has proven that pipelining was to blame, and not a server that went away.
            var session = DialOnce(address, endpoint, host, port, options with { Pipelining = PipeliningMode.Off });
            Endpoints.Remember(endpoint, refusal.ServerVersion, supportsPipelining: false);
            return session;
        }
    }

    private MySqlSession DialOnce(EndPoint address, string endpoint, string? host, int port, MySqlTransportOptions options)
    {
        var socket = Connect(address, endpoint);
        try
        {
            var isLocal = address is UnixDomainSocketEndPoint || (address is IPEndPoint ip && IPAddress.IsLoopback(ip.Address));
            options = WithPassword(options, new ServerAddress(host ?? endpoint, port));

            // Each read has its time-out; a server that sends byte by byte is never late for one.
            using var watch = Watch(socket);
            return new MySqlLogin(options, deadline, socket, endpoint, host, isLocal, isUnixSocket: host is null).LogIn();
        }
        catch (Exception e) when (e is not (LinkException or PipeliningRefusedException))
        {
            socket.Dispose();
            throw Translate(e, endpoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private MySqlTransportOptions WithPassword(MySqlTransportOptions options, ServerAddress server)
    {
        if (options.PasswordProvider is not { } provider)
            return options;
        try
        {
            return options with { Password = provider(server, deadline) ?? "" };
        }
        catch (Exception e)
        {
            throw new LinkException(LinkFailureKind.NoPassword, Delivery.NotSent, $"The password provider failed for user '{options.UserId}' at {server.Host}: {e.Message}", innerException: e);
        }
    }

    private Socket Connect(EndPoint address, string endpoint)
    {
        var socket = new Socket(
            address.AddressFamily,
            SocketType.Stream,
            address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            // The socket must never be made non-blocking: the runtime would serve its blocking calls through its event loop from then
            // on, at twice the price. A blocking connect has no time-out of its own, so the socket is closed under it.
            using (Watch(socket))
                socket.Connect(address);
            if (address is IPEndPoint)
            {
                socket.NoDelay = true;
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                if (options.KeepAliveSeconds > 0)
                    socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)options.KeepAliveSeconds);
            }

            return socket;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            socket.Dispose();
            if (deadline.IsOver)
                throw TimedOut(endpoint, "connecting");
            throw new LinkException(
                LinkFailureKind.Unreachable,
                Delivery.NotSent,
                $"No server answers at {endpoint} ({e.Message}). Check Server and Port in the connection string, and that the server runs.",
                innerException: e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Timer? Watch(Socket socket) => deadline.IsNever
        ? null
        : new Timer(static socket => ((Socket)socket!).Dispose(), socket, deadline.Remaining + s_late, Timeout.InfiniteTimeSpan);

    private LinkException Translate(Exception e, string endpoint) => e switch
    {
        IOException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } } => TimedOut(endpoint, "logging in", Hint),
        _ when deadline.IsOver => TimedOut(endpoint, "logging in", Hint),
        ProtocolException or ArgumentException => new LinkException(
            LinkFailureKind.Protocol, Delivery.NotSent, $"The login at {endpoint} failed: {e.Message}{Hint}", innerException: e),
        _ => new LinkException(
            LinkFailureKind.Unreachable, Delivery.NotSent, $"The connection to {endpoint} was lost while logging in ({e.Message}).{Hint}", innerException: e),
    };

    // Pipelining that is asked for is not tried out first.
    private string Hint => options.Pipelining == PipeliningMode.On
        ? " Pipelining=true was asked for: a proxy on the way that takes one command at a time ends like this; leave the option out to have it found out."
        : "";

    private static LinkException TimedOut(string endpoint, string what, string hint = "") => new(
        LinkFailureKind.TimedOut,
        Delivery.NotSent,
        $"Time ran out while {what} at {endpoint}. Check that the host and port are right and reachable, or raise Connection Timeout.{hint}");
}
