using Microsoft.Extensions.ObjectPool;

namespace MuxProvider.Links.MySql;

/// <summary>Opens native links: sockets that speak the MySQL protocol, pipelined. Any thread may use it.</summary>
public sealed class MySqlTransport : ILinkTransport
{
    private const int PooledReplies = 1024;

    /// <summary>Creates the transport. Nothing is connected yet.</summary>
    /// <param name="options">Where the links lead and how they log in.</param>
    public MySqlTransport(MySqlTransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Buffers = new BufferGauge(options.MaxBufferedBytes, options.TimeProvider);
        ServerList = new ServerList(options.Servers, options.LoadBalance, options.Target, options.TimeProvider, options.Random);
        Servers = ServerList.Count > 0 ? new ServerSet(this) : null;
    }

    /// <summary>Where the links lead and how they log in.</summary>
    public MySqlTransportOptions Options { get; }

    /// <summary>How much of requests and answers is held in memory.</summary>
    internal BufferGauge Buffers { get; }

    /// <inheritdoc/>
    long ILinkTransport.BufferedBytes => Buffers.Bytes;

    /// <summary>Replies to be used again.</summary>
    internal ObjectPool<MySqlReply> Replies { get; } =
        new DefaultObjectPool<MySqlReply>(new DefaultPooledObjectPolicy<MySqlReply>(), PooledReplies);

    /// <summary>Column definitions seen before.</summary>
    internal ColumnCache Columns { get; } = new();

    /// <summary>Counts what the links prepare.</summary>
    internal PreparationCounters Preparations { get; } = new();

    /// <summary>What is known of the servers.</summary>
    internal ServerList ServerList { get; }

    /// <inheritdoc/>
    public IServerSet? Servers { get; }

    /// <inheritdoc/>
    PreparationStatistics ILinkTransport.Preparations => Preparations.Read();

    /// <inheritdoc/>
    public void BeginOpen(ILinkObserver observer, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(observer);
        new MySqlLink(this, observer).Start(timeout);
    }

    /// <inheritdoc/>
    public void BeginOpen(ILinkObserver observer, TimeSpan timeout, int server)
    {
        ArgumentNullException.ThrowIfNull(observer);
        new MySqlLink(this, observer).Start(timeout, server);
    }
}
