using System.Net.Sockets;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>A conversation that was opened and logged in: what a link begins with.</summary>
/// <param name="Socket">The socket.</param>
/// <param name="Stream">What to read from and write to: the socket itself, or TLS on it.</param>
/// <param name="Source">Reads packets from the stream.</param>
/// <param name="Capabilities">What was agreed at login.</param>
/// <param name="Facts">What was learned.</param>
internal sealed record MySqlSession(Socket Socket, Stream Stream, PacketSource Source, CapabilityFlags Capabilities, LinkFacts Facts)
{
    /// <summary>Where the server sends the link at the end of the login (<c>redirect_url</c>); "" for nowhere.</summary>
    public string RedirectUrl { get; init; } = "";

    public void Close()
    {
        Stream.Dispose();
        Socket.Dispose();
    }
}
