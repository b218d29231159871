using System.Net.Sockets;

namespace MuxProvider.Links.MySql;

/// <summary>
/// How long Linux keeps a connection on which something that was sent is not acknowledged (TCP_USER_TIMEOUT). Otherwise a server that has
/// gone without a word is only given up after a quarter of an hour, where somebody waits without a time-out of their own.
/// </summary>
internal static class UserTimeout
{
    /// <summary>
    /// The time. Not shorter: it also ends a connection whose server acknowledges everything but takes nothing, which is what one does while
    /// it runs a long statement and more is sent behind it than its buffers hold.
    /// </summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(2);

    private const int TcpLevel = 6;
    private const int Option = 18;

    /// <summary>Sets it, where there is such a thing.</summary>
    /// <param name="socket">A TCP socket.</param>
    public static void Set(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            socket.SetRawSocketOption(TcpLevel, Option, BitConverter.GetBytes((int)Length.TotalMilliseconds));
        }
        catch (SocketException)
        {
            // The connection works without it.
        }
    }

    /// <summary>What is set.</summary>
    /// <param name="socket">A TCP socket on Linux.</param>
    public static TimeSpan Of(Socket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption(TcpLevel, Option, value);
        return TimeSpan.FromMilliseconds(BitConverter.ToInt32(value));
    }
}
