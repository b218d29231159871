using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MuxProvider.Links.MySql;

/// <summary>A host and a port.</summary>
/// <param name="Host">The host's name or address, without brackets.</param>
/// <param name="Port">The TCP port.</param>
public readonly record struct ServerAddress(string Host, int Port)
{
    /// <summary>Reads a host with or without a port: <c>db1</c>, <c>db1:3307</c>, <c>::1</c>, <c>[::1]:3308</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultPort">The port where none is written.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static ServerAddress Parse(string text, int defaultPort)
    {
        ArgumentNullException.ThrowIfNull(text);
        var host = text.Trim();
        var port = defaultPort;
        if (host.StartsWith('['))
        {
            var end = host.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || !IsIPv6(host[1..end]))
                throw new ArgumentException($"'{text}' is no server: brackets stand around an IPv6 address, as in [::1]:3307.");
            if (end + 1 < host.Length)
                port = host[end + 1] == ':' ? PortOf(host[(end + 2)..], text) : throw new ArgumentException($"'{text}' is no server: behind the bracket only a port can stand, as in [::1]:3307.");
            return new ServerAddress(host[1..end], port);
        }

        // An address with several colons and no brackets has no port.
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && !IsIPv6(host))
        {
            port = PortOf(host[(colon + 1)..], text);
            host = host[..colon];
        }

        if (host.Length == 0 || host.AsSpan().IndexOfAny(" \t/@[]") >= 0)
            throw new ArgumentException($"'{text}' is no server: write a host, or a host and a port, as in db1:3307.");
        return new ServerAddress(host, port);
    }

    /// <summary>As people write it.</summary>
    /// <returns><c>db1:3306</c>, <c>[::1]:3306</c>.</returns>
    public override string ToString() =>
        $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port.ToString(CultureInfo.InvariantCulture)}";

    private static bool IsIPv6(string host) =>
        IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static int PortOf(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw new ArgumentException($"'{text}' is no server: a port is a number from 1 to 65535, and an IPv6 address with a port stands in brackets, as in [::1]:3307.");
}
