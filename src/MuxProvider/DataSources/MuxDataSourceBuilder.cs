using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>Makes data sources. The only place where the floors meet.</summary>
public sealed class MuxDataSourceBuilder
{
    private readonly Func<MuxConnectionStringBuilder, Multiplexer> _createMultiplexer;

    /// <summary>Starts with a connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public MuxDataSourceBuilder(string? connectionString = null)
        : this(connectionString, MultiplexerFactory.Create)
    {
    }

    internal MuxDataSourceBuilder(string? connectionString, Func<MuxConnectionStringBuilder, Multiplexer> createMultiplexer)
    {
        ConnectionStringBuilder = new MuxConnectionStringBuilder(connectionString);
        _createMultiplexer = createMultiplexer;
    }

    /// <summary>The options; they can be changed until <see cref="Build"/>.</summary>
    public MuxConnectionStringBuilder ConnectionStringBuilder { get; }

    /// <summary>Makes a data source with links of its own.</summary>
    /// <returns>The data source; nothing is connected yet.</returns>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    /// <exception cref="NotSupportedException">An option cannot be honoured yet.</exception>
    public MuxDataSource Build()
    {
        var settings = new DataSourceSettings(ConnectionStringBuilder);
        var literals = OptionMeanings.Literals(ConnectionStringBuilder);
        var multiplexer = _createMultiplexer(ConnectionStringBuilder);
        return new MuxDataSource(settings, schema => new MultiplexedHandle(multiplexer.CreateHandle(schema, literals)), multiplexer);
    }
}
