using System.Globalization;

namespace MuxProvider.Links.MySql;

/// <summary>
/// Opens a conversation with the first of several servers that answers, logs in and suits, within one deadline. Blocking, on the thread
/// that will read the link; used once.
/// </summary>
/// <param name="transport">The servers, and how to log in.</param>
/// <param name="deadline">When to give up.</param>
internal sealed class ServerDialer(MySqlTransport transport, Deadline deadline)
{
    // How long one of several may take where nobody said how long all of them may.
    private static readonly TimeSpan s_longestShare = TimeSpan.FromSeconds(10);

    private readonly MySqlTransportOptions _options = transport.Options;
    private readonly ServerList _servers = transport.ServerList;
    private readonly List<(int Server, string Why)> _findings = [];
    private LinkException? _gravest;
    private bool _hasMisfits;

    // Takes changes, and so is wanted only where no other server is to be had.
    private MySqlSession? _secondChoice;

    /// <summary>Opens a conversation.</summary>
    /// <param name="preferred">The server to begin with; negative for any.</param>
    /// <param name="isOnly">Whether no other server will do.</param>
    /// <returns>The conversation; the list of servers counts it.</returns>
    /// <exception cref="LinkException">None could be opened: says why, server by server.</exception>
    public MySqlSession Dial(int preferred, bool isOnly)
    {
        if (_servers.Count == 0)
            throw new LinkException(LinkFailureKind.Unreachable, Delivery.NotSent, "No host is given. Set Server in the connection string.");
        try
        {
            return DialSeveral(isOnly ? [preferred] : _servers.Order(preferred));
        }
        catch
        {
            _secondChoice?.Close();
            throw;
        }
    }

    private MySqlSession DialSeveral(int[] order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            // Whoever has something to fall back on does not wait for those who failed before.
            if (_secondChoice is not null && _servers.StateOf(order[i]).IsOut)
                continue;
            if (Try(order[i], order.Length - i) is { } session)
            {
                _secondChoice?.Close();
                return Taken(session);
            }

            if (deadline.IsOver)
                break;
        }

        return _secondChoice is { } second ? Taken(second) : throw Failure(order);
    }

    private MySqlSession? Try(int server, int left)
    {
        MySqlSession session;
        try
        {
            session = _options.UnixSocket is null
                ? Follow(new MySqlDialer(_options, Share(deadline, left)).Dial(server, _servers[server]), left)
                : new MySqlDialer(_options, deadline).DialSocket(server);
        }
        catch (LinkException failure) when (failure.Kind != LinkFailureKind.NoPassword)
        {
            if (failure.ServerError is { } error && TargetRule.Demotion(_servers.Target, error) is { } told)
            {
                Note(server, told);
                return null;
            }

            _servers.Failed(server);
            _findings.Add((server, failure.Message));
            _gravest = Graver(_gravest, failure);
            return null;
        }

        var role = session.Facts.ServerRole;
        switch (TargetRule.RankOf(_servers.Target, role))
        {
            case 0:
                return session;

            case TargetRule.Misfit:
                session.Close();
                Note(server, role);
                return null;

            default:
                if (_secondChoice is null)
                    _secondChoice = session;
                else
                    session.Close();
                return null;
        }
    }

    private void Note(int server, ServerRole role)
    {
        _servers.Learned(server, role);
        _hasMisfits = true;
        _findings.Add((server, $"{NameOf(server)} is {TargetRule.Describe(role)}."));
    }

    private MySqlSession Taken(MySqlSession session)
    {
        _servers.Opened(session.Facts.Server, session.Facts.ServerRole);
        return session;
    }

    private string NameOf(int server) => _options.UnixSocket ?? _servers[server].ToString();

    // ---- redirection -----------------------------------------------------------------------------------------------------

    // One step at most: where that leads to is not asked whether it would send the link on.
    private MySqlSession Follow(MySqlSession session, int left)
    {
        if (_options.Redirection == RedirectionMode.Disabled)
            return session;
        var server = session.Facts.Server;
        if (Redirection.Parse(session.RedirectUrl) is not { } place)
        {
            return _options.Redirection == RedirectionMode.Preferred
                ? session
                : throw Unredirected(session, session.RedirectUrl.Length == 0
                    ? $"The server at {session.Facts.Endpoint} does not redirect, but Server Redirection Mode=Required asks for it. Set redirect_url on the server, or use Preferred."
                    : $"The server at {session.Facts.Endpoint} redirects to '{session.RedirectUrl}', which is no place to go.");
        }

        if (place.Address.ToString() == session.Facts.Endpoint)
            return session;
        try
        {
            // What was encrypted up to here goes on encrypted.
            var there = _options with
            {
                UserId = place.UserId ?? _options.UserId,
                SslMode = session.Facts.IsEncrypted && _options.SslMode == SslMode.Preferred ? SslMode.Required : _options.SslMode,
            };
            var redirected = new MySqlDialer(there, Share(deadline, left)).Dial(server, place.Address);
            session.Close();

            // Whether its address is still right, the name of the server does not tell.
            return redirected with { Facts = redirected.Facts with { Address = "" } };
        }
        catch (LinkException) when (_options.Redirection == RedirectionMode.Preferred)
        {
            return session;
        }
        catch (LinkException failure)
        {
            session.Close();
            throw new LinkException(
                failure.Kind, Delivery.NotSent, $"The server at {session.Facts.Endpoint} redirects to {place.Address}, as Server Redirection Mode=Required asks for: {failure.Message}", failure.ServerError, failure);
        }
    }

    private static LinkException Unredirected(MySqlSession session, string message)
    {
        session.Close();
        return new LinkException(LinkFailureKind.Unreachable, Delivery.NotSent, message);
    }

    // ---- time and failures -----------------------------------------------------------------------------------------------

    /// <summary>What one of several candidates may use of a deadline: one that hangs leaves the others their time.</summary>
    /// <param name="deadline">The deadline of all of them.</param>
    /// <param name="left">How many are left.</param>
    /// <returns>The deadline of one.</returns>
    internal static Deadline Share(Deadline deadline, int left)
    {
        if (left <= 1)
            return deadline;
        if (deadline.IsNever)
            return Deadline.In(TimeProvider.System, s_longestShare);
        var share = deadline.Remaining / left;
        return share <= TimeSpan.Zero ? deadline : Deadline.In(TimeProvider.System, share);
    }

    private LinkException Failure(int[] order)
    {
        if (order.Length == 1 && !_hasMisfits && _gravest is { } only)
            return only;
        var untried = order.Where(server => !_findings.Exists(finding => finding.Server == server)).Select(NameOf).ToArray();
        var lines = _findings.Select(finding => finding.Why);
        if (untried.Length > 0)
            lines = lines.Append($"No time was left for {string.Join(", ", untried)}.");
        var head = _hasMisfits && _servers.Target != TargetSession.Any
            ? $"No server fits Target Session={_servers.Target}:"
            : string.Create(CultureInfo.InvariantCulture, $"None of {order.Length} servers can be used:");
        return new LinkException(
            _gravest?.Kind ?? LinkFailureKind.Unreachable,
            Delivery.NotSent,
            $"{head}{Environment.NewLine}- {string.Join($"{Environment.NewLine}- ", lines)}",
            _gravest?.ServerError,
            _gravest);
    }

    // What a server said weighs more than that another one says nothing.
    private static LinkException Graver(LinkException? one, LinkException other) => one is null || Weight(other) > Weight(one) ? other : one;

    private static int Weight(LinkException failure) => failure.Kind switch
    {
        LinkFailureKind.LoginRefused => 4,
        LinkFailureKind.Tls => 3,
        LinkFailureKind.Protocol => 2,
        LinkFailureKind.TimedOut => 1,
        _ => 0,
    };
}
