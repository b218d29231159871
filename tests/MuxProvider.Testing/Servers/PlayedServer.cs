using System.Net.Sockets;

namespace MuxProvider.Testing;

/// <summary>
/// Something on a port that a test plays itself: it says what it likes, whatever it is asked, and hears everything. It works on
/// threads of its own.
/// </summary>
public sealed class PlayedServer : IDisposable
{
    private readonly Listener _listener;
    private readonly Action<Socket> _play;

    /// <summary>Starts it.</summary>
    /// <param name="play">What is done with each connection, on its thread; behind it nothing more is sent.</param>
    public PlayedServer(Action<Socket> play)
    {
        _play = play;
        _listener = new Listener(usesUnixSocket: false, bufferSize: null, Accept);
    }

    /// <summary>Where it listens, on loopback.</summary>
    public int Port => _listener.Port;

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Accept(Socket socket) =>
        new Thread(() => Serve(socket), 256 * 1024) { IsBackground = true, Name = "played server" }.Start();

    private void Serve(Socket socket)
    {
        using (socket)
        {
            // Whatever is sent to it is read, so that its end is no reset, which would destroy what it said.
            var drain = new Thread(() => Drain(socket), 256 * 1024) { IsBackground = true, Name = "played server: drain" };
            drain.Start();
            try
            {
                socket.NoDelay = true;
                _play(socket);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The client has gone.
            }

            drain.Join();
        }
    }

    private static void Drain(Socket socket)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }
}
