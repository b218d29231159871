using System.Data.Common;
using MuxProvider.Links.AdoNet;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>Another provider whose connections are the links of a data source: how they are made, and which are alike. Immutable.</summary>
internal sealed record InnerProvider
{
    /// <summary>Makes a closed connection with its connection string.</summary>
    public required Func<DbConnection> CreateConnection { get; init; }

    /// <summary>The provider and what is fixed when its connections are opened: equal for links that can stand for each other.</summary>
    public required HostKey Key { get; init; }

    /// <summary>The host or hosts, for people.</summary>
    public required string Server { get; init; }

    /// <summary>The port; 0 where it is not known.</summary>
    public uint Port { get; init; }

    /// <summary>The name of the connections' type, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the connection string names the provider.</summary>
    public bool IsNamed { get; init; }

    /// <summary>The type of its parameters; null where it cannot be told.</summary>
    public Type? ParameterType { get; init; }

    /// <summary>What stands for that which ADO.NET has no members for.</summary>
    public required MuxProviderHooks Hooks { get; init; }

    /// <summary>Makes the multiplexer; nothing is connected yet.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The multiplexer.</returns>
    public Multiplexer CreateMultiplexer(MuxConnectionStringBuilder options)
    {
        var transport = new AdoNetTransportOptions
        {
            CreateConnection = CreateConnection,
            Reset = Hooks.Reset,
            LastInsertedId = Hooks.LastInsertedId,
            ServerThread = Hooks.ServerThread,
            Coalesces = options.Coalesce,
            Endpoint = Port == 0 ? $"{Name} to {Server}" : FormattableString.Invariant($"{Name} to {Server}:{Port}"),
        };

        // Nothing tells of what routines and triggers do to a session, so their bodies are read unless the user does not want it.
        var meaning = OptionMeanings.Multiplexing(options);
        if (!options.IsGiven(OptionTable.RoutineScan))
            meaning = meaning with { ScansRoutines = true };
        return new Multiplexer(Key, meaning, () => new AdoNetTransport(transport));
    }
}
