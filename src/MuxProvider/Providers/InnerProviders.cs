using System.Data.Common;
using System.Globalization;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>Makes what is needed of another provider, from its factory or from a data source of its own. Nothing is connected.</summary>
internal static class InnerProviders
{
    private const string Transport = "adonet";

    /// <summary>Links over connections that a factory makes.</summary>
    /// <param name="factory">The factory.</param>
    /// <param name="options">Our options; those that concern the connection become its connection string.</param>
    /// <param name="hooks">What stands for that which ADO.NET has no members for.</param>
    /// <returns>What is needed.</returns>
    /// <exception cref="ArgumentException">The provider does not know an option, or makes no connections.</exception>
    public static InnerProvider Over(DbProviderFactory factory, MuxConnectionStringBuilder options, MuxProviderHooks hooks)
    {
        var type = ConnectionTypeOf(factory);
        var connectionString = InnerConnectionString.Write(options, factory.CreateConnectionStringBuilder() ?? new DbConnectionStringBuilder(), type.Name);
        var server = options.Server.Length == 0 ? "localhost" : options.Server;
        return new InnerProvider
        {
            CreateConnection = () =>
            {
                var connection = factory.CreateConnection()!;
                connection.ConnectionString = connectionString;
                return connection;
            },
            Key = new HostKey(
                Transport,
                string.Create(CultureInfo.InvariantCulture, $"{server}:{options.Port}"),
                options.UserID,
                HostKey.HashCredential(connectionString),
                ProviderIdentity.Of(factory),
                Flags(options, hooks)),
            Server = server,
            Port = options.Port,
            Name = type.Name,
            ParameterType = factory.CreateParameter()?.GetType(),
            Hooks = hooks.Copy(),
        };
    }

    /// <summary>Links over connections of a data source.</summary>
    /// <param name="source">The data source.</param>
    /// <param name="options">Our options; none may concern the connection.</param>
    /// <param name="hooks">What stands for that which ADO.NET has no members for.</param>
    /// <returns>What is needed.</returns>
    /// <exception cref="ArgumentException">Both say how to connect, or the data source does not let through what links need.</exception>
    public static InnerProvider Over(DbDataSource source, MuxConnectionStringBuilder options, MuxProviderHooks hooks)
    {
        using var sample = source.CreateConnection();
        var type = sample.GetType();
        InnerSourceCheck.Check(sample, options, type.Name);
        var (server, port) = InnerSourceCheck.EndpointOf(sample);
        using var command = sample.CreateCommand();
        return new InnerProvider
        {
            CreateConnection = source.CreateConnection,

            // Only the data source knows where it leads, and as whom.
            Key = new HostKey(Transport, server, "", "", ProviderIdentity.Of(source), Flags(options, hooks)),
            Server = server,
            Port = port,
            Name = type.Name,
            ParameterType = command.CreateParameter().GetType(),
            Hooks = hooks.Copy(),
        };
    }

    private static string Flags(MuxConnectionStringBuilder options, MuxProviderHooks hooks) =>
        string.Create(CultureInfo.InvariantCulture, $"{options.Coalesce}|{ProviderIdentity.Of(hooks)}");

    private static Type ConnectionTypeOf(DbProviderFactory factory)
    {
        using var sample = factory.CreateConnection();
        return sample?.GetType() ?? throw new ArgumentException($"{factory.GetType()} makes no connections.", nameof(factory));
    }
}
