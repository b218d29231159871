using System.Data.Common;

namespace MuxProvider;

/// <content>Links over another provider.</content>
public sealed partial class MuxDataSourceBuilder
{
    private readonly MuxProviderHooks _hooks = new();
    private DbProviderFactory? _factory;
    private DbDataSource? _innerSource;

    /// <summary>
    /// Makes every link a connection of another provider, which runs one statement at a time. Options of the connection string that
    /// concern the connection (server, user, password, TLS …) go to that provider, under its own names; those about sharing, time-outs of
    /// commands, and values stay here. Its pool is switched off: the links are the pool.
    /// </summary>
    /// <param name="factory">The provider's factory, such as <c>MySqlConnectorFactory.Instance</c>.</param>
    /// <param name="configure">Sets hooks, for what ADO.NET has no members for; null for the defaults, which know MySqlConnector and MySql.Data.</param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UseProvider(DbProviderFactory factory, Action<MuxProviderHooks>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        configure?.Invoke(_hooks);
        _factory = factory;
        _innerSource = null;
        return this;
    }

    /// <summary>
    /// Makes every link a connection of another provider's data source, which says where to connect and how. Its connection string must
    /// have <c>Allow User Variables=true</c>, and should have <c>Pooling=false</c>: the links are the pool. It is not disposed with the
    /// data source that is built.
    /// </summary>
    /// <param name="inner">The other provider's data source.</param>
    /// <param name="configure">Sets hooks, for what ADO.NET has no members for; null for the defaults, which know MySqlConnector and MySql.Data.</param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UseDataSource(DbDataSource inner, Action<MuxProviderHooks>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        configure?.Invoke(_hooks);
        _innerSource = inner;
        _factory = null;
        return this;
    }

    private InnerProvider? FindInner()
    {
        var name = ConnectionStringBuilder.Provider;
        if (name.Length > 0 && (_factory is not null || _innerSource is not null))
            throw new ArgumentException("The connection string names a Provider, and the builder was given one: leave one of them out.");
        var inner = _innerSource is not null
            ? InnerProviders.Over(_innerSource, ConnectionStringBuilder, _hooks)
            : _factory is not null
                ? InnerProviders.Over(_factory, ConnectionStringBuilder, _hooks)
                : name.Length > 0
                    ? InnerProviders.Over(NamedProvider.Find(name), ConnectionStringBuilder, _hooks) with { IsNamed = true }
                    : null;
        if (inner is not null && !_callbacks.AreNone)
            throw new ArgumentException($"Callbacks for passwords and certificates are for MuxProvider's own links. {inner.Name} logs in by itself: give them to it.");
        return inner;
    }
}
