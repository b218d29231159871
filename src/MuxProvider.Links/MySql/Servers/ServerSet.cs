using System.Net;
using System.Net.Sockets;

namespace MuxProvider.Links.MySql;

/// <summary>The servers of a native transport, as groups of links see them. Any thread may use it.</summary>
/// <param name="transport">The transport.</param>
internal sealed class ServerSet(MySqlTransport transport) : IServerSet
{
    private readonly ServerList _list = transport.ServerList;

    /// <inheritdoc/>
    public int Count => _list.Count;

    /// <inheritdoc/>
    public bool AreChecked => transport.Options.AsksRoles;

    /// <inheritdoc/>
    public StatementText QuestionFor(LinkFacts facts) => ServerRoles.For(facts);

    /// <inheritdoc/>
    public bool Learn(LinkFacts facts, Reply answer) => ServerRoles.Read(answer) is not { } role || _list.Learned(facts.Server, role);

    /// <inheritdoc/>
    public int RankOf(int server) => _list.RankOf(server);

    /// <inheritdoc/>
    public IReadOnlyList<int> TakeDue() => _list.TakeDue();

    /// <inheritdoc/>
    public void BeginProbe(ILinkObserver observer, int server, TimeSpan timeout) =>
        new MySqlLink(transport, observer).Start(timeout, server, isOnly: true);

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<string>?> ResolveAsync(int server)
    {
        var host = _list[server].Host;
        if (transport.Options.UnixSocket is not null || IPAddress.TryParse(host, out _))
            return null;
        try
        {
            // Names may take long: never on the caller's thread.
            var addresses = await Task.Run(() => transport.Options.Resolve(host)).ConfigureAwait(false);
            return addresses.Length == 0 ? null : [.. addresses.Select(static address => address.ToString())];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // A name server that is away does not mean that the addresses are gone.
            return null;
        }
    }
}
