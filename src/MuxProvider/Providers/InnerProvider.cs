using System.Data.Common;
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
}
