using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <content>How links are made, shared and kept, and what is taken for granted of sessions that share them.</content>
public sealed partial class MuxConnectionStringBuilder
{
    /// <summary>Whether connections share links. Otherwise each keeps one while it is open. True by default.</summary>
    public bool Multiplexing
    {
        get => Get(OptionTable.Multiplexing);
        set => Set(OptionTable.Multiplexing, value);
    }

    /// <summary>The most links that are shared at a time. 4 by default.</summary>
    public uint MaxSharedLinks
    {
        get => Get(OptionTable.MaxSharedLinks);
        set => Set(OptionTable.MaxSharedLinks, value);
    }

    /// <summary>The most links in all, shared and leased. 100 by default.</summary>
    public uint MaxLinks
    {
        get => Get(OptionTable.MaxLinks);
        set => Set(OptionTable.MaxLinks, value);
    }

    /// <summary>The links that are kept however long they idle. 0 by default.</summary>
    public uint MinLinks
    {
        get => Get(OptionTable.MinLinks);
        set => Set(OptionTable.MinLinks, value);
    }

    /// <summary>
    /// The factory of another ADO.NET provider, whose connections are the links: the assembly-qualified name of its type, such as
    /// <c>MySqlConnector.MySqlConnectorFactory, MySqlConnector</c>. "" for MuxProvider's own links. In code
    /// <see cref="MuxDataSourceBuilder.UseProvider"/> says the same without a search by name.
    /// </summary>
    [AllowNull]
    public string Provider
    {
        get => Get(OptionTable.Provider);
        set => Set(OptionTable.Provider, value);
    }

    /// <summary>
    /// Whether reading statements of several connections that wait for the same link are sent together, where links are connections of
    /// another provider that has <see cref="DbBatch"/>. False by default.
    /// </summary>
    public bool Coalesce
    {
        get => Get(OptionTable.Coalesce);
        set => Set(OptionTable.Coalesce, value);
    }

    /// <summary>Whether several statements may be in flight on one link.</summary>
    public MuxPipelining Pipelining
    {
        get => Get(OptionTable.Pipelining);
        set => Set(OptionTable.Pipelining, value);
    }

    /// <summary>Whether links outlive the connections that use them. True by default.</summary>
    public bool Pooling
    {
        get => Get(OptionTable.Pooling);
        set => Set(OptionTable.Pooling, value);
    }

    /// <summary>
    /// How old a link may become, in seconds; 0 for no limit. Each link ends up to a tenth earlier, by chance, so that they do not all end
    /// together.
    /// </summary>
    public uint ConnectionLifeTime
    {
        get => Get(OptionTable.ConnectionLifeTime);
        set => Set(OptionTable.ConnectionLifeTime, value);
    }

    /// <summary>Without effect: what one connection does to its session is never seen by another.</summary>
    public bool ConnectionReset
    {
        get => Get(OptionTable.ConnectionReset);
        set => Set(OptionTable.ConnectionReset, value);
    }

    /// <summary>Without effect.</summary>
    public bool DeferConnectionReset
    {
        get => Get(OptionTable.DeferConnectionReset);
        set => Set(OptionTable.DeferConnectionReset, value);
    }

    /// <summary>Without effect.</summary>
    public uint ConnectionIdlePingTime
    {
        get => Get(OptionTable.ConnectionIdlePingTime);
        set => Set(OptionTable.ConnectionIdlePingTime, value);
    }

    /// <summary>How long an unused link is kept, in seconds; 0 for ever. 180 by default.</summary>
    public uint ConnectionIdleTimeout
    {
        get => Get(OptionTable.ConnectionIdleTimeout);
        set => Set(OptionTable.ConnectionIdleTimeout, value);
    }

    /// <summary>
    /// Every how many seconds host names are resolved again, to give up links to addresses that a name does not mean any more; 0, the default,
    /// for never. New links are always opened to the addresses of the moment. Names that mean another part of many addresses each time are
    /// better left alone. Without effect on links over another provider.
    /// </summary>
    public uint DnsCheckInterval
    {
        get => Get(OptionTable.DnsCheckInterval);
        set => Set(OptionTable.DnsCheckInterval, value);
    }

    /// <summary>
    /// Whether stored routines are believed when their first run left no trace in the session: a statement with a stored function
    /// shares links from then on. Otherwise everything that calls a routine keeps a link to its connection. True by default.
    /// </summary>
    public bool TrustRoutines
    {
        get => Get(OptionTable.TrustRoutines);
        set => Set(OptionTable.TrustRoutines, value);
    }

    /// <summary>
    /// Whether the bodies of routines and triggers are read before the first statement, to know those that touch the session. The
    /// user needs the right to see them. False by default.
    /// </summary>
    public bool RoutineScan
    {
        get => Get(OptionTable.RoutineScan);
        set => Set(OptionTable.RoutineScan, value);
    }

    /// <summary>
    /// Whether <c>LAST_INSERT_ID()</c> in a later statement answers for its own connection. Auto by default: until it turns out
    /// that nobody asks. <see cref="MuxCommand.LastInsertedId"/> needs none of it.
    /// </summary>
    public MuxLastInsertIdTracking TrackLastInsertId
    {
        get => Get(OptionTable.TrackLastInsertId);
        set => Set(OptionTable.TrackLastInsertId, value);
    }

    /// <summary>
    /// How large the answer to a command may grow in memory, in bytes (4 MiB by default; <c>64K</c>, <c>4M</c> and <c>1G</c> may be
    /// written): the connection then takes the link to itself, and the reader reads what is left while it comes, until it is closed.
    /// On a link of its own the connection reads a quarter of this ahead, and a command whose answers are larger than a sixteenth of
    /// it takes such a link from the start where there is one. 0 keeps every answer in memory, however large.
    /// </summary>
    public long StreamResultsAbove
    {
        get => Get(OptionTable.StreamResultsAbove);
        set => Set(OptionTable.StreamResultsAbove, value);
    }

    /// <summary>
    /// How much of requests and answers may be held in memory for all connections of a data source together, in bytes (64 MiB by default;
    /// <c>64M</c> and <c>1G</c> may be written; 0 for no limit). Above it commands wait before they are sent over shared links, so that those
    /// that were answered are read first; where nothing is given back for a tenth of a second one of them goes on. Small ones do not count.
    /// </summary>
    public long MaxBufferedBytes
    {
        get => Get(OptionTable.MaxBufferedBytes);
        set => Set(OptionTable.MaxBufferedBytes, value);
    }

    /// <summary>
    /// How many connections may wait at a time for a link, or for memory; 50,000 by default. What comes beyond fails at once, and nothing
    /// of it was sent.
    /// </summary>
    public uint MaxWaitingConnections
    {
        get => Get(OptionTable.MaxWaitingConnections);
        set => Set(OptionTable.MaxWaitingConnections, value);
    }

    /// <summary>
    /// How long commands wait for a server that was there and cannot be reached any more, in seconds from when that was noticed; 5 by
    /// default, 0 to fail at once. Meanwhile it is tried again at growing intervals of at most half a second or so. A server that was never
    /// reached is not waited for.
    /// </summary>
    public uint ReconnectTimeout
    {
        get => Get(OptionTable.ReconnectTimeout);
        set => Set(OptionTable.ReconnectTimeout, value);
    }

    /// <summary>
    /// Whether a command that only reads, outside a transaction, is run once more where its link was lost before the answer came. True by
    /// default. What may have changed something is never sent twice: <see cref="MuxException.OutcomeUnknown"/> tells of it.
    /// </summary>
    public bool RetryReads
    {
        get => Get(OptionTable.RetryReads);
        set => Set(OptionTable.RetryReads, value);
    }

    /// <summary>How long opening a connection may take, in seconds; 0 for ever. 15 by default.</summary>
    public uint ConnectionTimeout
    {
        get => Get(OptionTable.ConnectionTimeout);
        set => Set(OptionTable.ConnectionTimeout, value);
    }

    /// <summary>Whether links count as interactive, so that the server closes idle ones after its <c>interactive_timeout</c> in place of its <c>wait_timeout</c>.</summary>
    public bool InteractiveSession
    {
        get => Get(OptionTable.InteractiveSession);
        set => Set(OptionTable.InteractiveSession, value);
    }

    /// <summary>After how many seconds of silence the system looks whether a link is alive (TCP keep-alive); 0 for the system's default.</summary>
    public uint Keepalive
    {
        get => Get(OptionTable.Keepalive);
        set => Set(OptionTable.Keepalive, value);
    }

    /// <summary>Whether the conversation is compressed. Not supported yet.</summary>
    public bool UseCompression
    {
        get => Get(OptionTable.UseCompression);
        set => Set(OptionTable.UseCompression, value);
    }

    /// <summary>Another name of <see cref="MaxLinks"/>.</summary>
    public uint MaximumPoolSize
    {
        get => MaxLinks;
        set => MaxLinks = value;
    }

    /// <summary>Another name of <see cref="MinLinks"/>.</summary>
    public uint MinimumPoolSize
    {
        get => MinLinks;
        set => MinLinks = value;
    }
}
