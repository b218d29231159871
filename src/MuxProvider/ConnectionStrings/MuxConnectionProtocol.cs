namespace MuxProvider;

/// <summary>How the server is reached.</summary>
public enum MuxConnectionProtocol
{
    /// <summary>TCP. Also written <c>Sockets</c> or <c>Tcp</c>.</summary>
    Socket = 0,

    /// <summary>A Unix domain socket; the server is its path. Also written <c>Unix</c>.</summary>
    UnixSocket = 1,

    /// <summary>A named pipe: not supported. Also written <c>NamedPipe</c>.</summary>
    Pipe = 2,

    /// <summary>Shared memory: not supported. Also written <c>Memory</c>.</summary>
    SharedMemory = 3,
}
