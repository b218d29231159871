using System.Data.Common;
using MySql.Data.MySqlClient;

namespace MuxProvider.Load;

/// <summary>Somebody who does the work: where its connections come from, and over how many of the server's.</summary>
/// <param name="Name">For the table.</param>
/// <param name="IsPeer">Whether it is what others would use.</param>
/// <param name="Source">Makes connections.</param>
/// <param name="Own">What has to be disposed of in the end; null for nothing.</param>
internal sealed record Contender(string Name, bool IsPeer, Func<DbConnection> Source, IAsyncDisposable? Own)
{
    /// <summary>MuxProvider over links of its own, or over connections of MySql.Data or (a driver that has batches) of its own.</summary>
    public static Contender Ours(string server, string transport, int links, bool coalesce)
    {
        var builder = new MuxDataSourceBuilder($"{server};SSL Mode=None;Allow Public Key Retrieval=true;Max Links={links};Max Shared Links={links};Coalesce={coalesce}");
        if (transport == "adonet")
            builder.UseProvider(MySqlClientFactory.Instance);
        else if (transport == "self")
            builder.UseProvider(MuxProviderFactory.Instance);
        var source = builder.Build();
        var how = coalesce ? ", coalescing" : "";
        return new Contender($"MuxProvider, {transport}, {links} link{(links == 1 ? "" : "s")}{how}", IsPeer: false, source.CreateConnection, source);
    }

    /// <summary>MySql.Data with its own pool, which resets each session before it is used again.</summary>
    public static Contender MySqlData(string server, int pool)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = server };
        var options = new MySqlConnectionStringBuilder
        {
            Server = (string)given["server"],
            Port = uint.Parse((string)given["port"], System.Globalization.CultureInfo.InvariantCulture),
            UserID = (string)given["user id"],
            Password = (string)given["password"],
            Database = (string)given["database"],
            SslMode = MySqlSslMode.Disabled,
            AllowPublicKeyRetrieval = true,
            CharacterSet = "utf8mb4",
            ConnectionReset = true,
            Pooling = true,
            MinimumPoolSize = (uint)pool,
            MaximumPoolSize = (uint)pool,
            ConnectionTimeout = 60,
        };
        return new Contender($"MySql.Data, its pool of {pool} with reset", IsPeer: true, () => new MySqlConnection(options.ConnectionString), null);
    }
}
