using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>The provider under test; the only place here that knows which it is.</summary>
internal static class Provider
{
    /// <summary>Its factory.</summary>
    public static DbProviderFactory Factory => MuxProviderFactory.Instance;

    /// <summary>Its name among the factories.</summary>
    public static string InvariantName => "MuxProvider";

    /// <summary>The type of its factory.</summary>
    public static Type FactoryType => typeof(MuxProviderFactory);

    /// <summary>A connection string of its own: no other fixture shares its links.</summary>
    /// <param name="sharing">What connections run on.</param>
    /// <param name="options">What is different, such as <c>Database=…</c>.</param>
    public static string ConnectionString(Sharing sharing, string options = "") =>
        Underneath.Over(Underneath.Name, Server.Options($"Multiplexing={(sharing == Sharing.SharedLinks ? "true" : "false")};{options}"));

    /// <summary>The password in the connection strings.</summary>
    public static string Password => (string)new MuxConnectionStringBuilder(Server.ConnectionString)["Password"];

    /// <summary>The server's number of an error.</summary>
    public static int NumberOf(DbException error) => (int)error.Data["Server Error Code"]!;
}
