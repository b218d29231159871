using System.Data.Common;
using System.Globalization;
using MuxProvider;

namespace Quickstart;

/// <summary>The shops: a schema for each tenant, with products and orders. Made, counted and dropped here.</summary>
internal sealed class Shops(string server, Scale scale)
{
    public const int Products = 500;

    // Looks on from outside, over a connection of its own that is not counted.
    private readonly MuxDataSource _observer = MuxDataSource.Create(Options(server, "mux quickstart observer", b =>
    {
        b.Database = "";
        b.Multiplexing = false;
        b.MaxLinks = 1;
        b.MaxSharedLinks = 1;
    }));

    public int Tenants => scale.Tenants;

    public int Operations => scale.Operations;

    public static string Schema(int tenant) => string.Create(CultureInfo.InvariantCulture, $"mux_shop_{tenant + 1}");

    /// <summary>A data source for each tenant; all of them share the same few links.</summary>
    public MuxDataSource[] Shared() => Sources("mux quickstart shared", b => b.MaxSharedLinks = (uint)scale.Links);

    /// <summary>A data source for each tenant; every handle has a connection of its own.</summary>
    public MuxDataSource[] Dedicated(int connections) => Sources("mux quickstart dedicated", b =>
    {
        b.Multiplexing = false;
        b.MaxLinks = (uint)connections;
        b.MaxSharedLinks = 1;
        b.ConnectionTimeout = 120;
    });

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        Console.Error.WriteLine($"Filling {scale.Tenants} shops with {Products} products each …");
        await using var connection = await _observer.OpenConnectionAsync(cancellationToken);
        for (var tenant = 0; tenant < scale.Tenants; tenant++)
        {
            var schema = Schema(tenant);
            await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {schema}", cancellationToken);
            await ExecuteAsync(connection, $"CREATE DATABASE {schema} CHARACTER SET utf8mb4", cancellationToken);
            await ExecuteAsync(connection, $"CREATE TABLE {schema}.product (id INT PRIMARY KEY, name VARCHAR(60) NOT NULL, price DECIMAL(8,2) NOT NULL) ENGINE=InnoDB", cancellationToken);
            await ExecuteAsync(connection, $"CREATE TABLE {schema}.orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, customer INT NOT NULL, product INT NOT NULL, quantity INT NOT NULL, total DECIMAL(10,2) NOT NULL) ENGINE=InnoDB", cancellationToken);
            var rows = Enumerable.Range(1, Products).Select(id =>
                string.Create(CultureInfo.InvariantCulture, $"({id},'Product {id} of shop {tenant + 1}',{(id * 37 + tenant * 11) % 9000 + 100}/100)"));
            await ExecuteAsync(connection, $"INSERT INTO {schema}.product VALUES {string.Join(',', rows)}", cancellationToken);
        }
    }

    public async Task DropAsync()
    {
        try
        {
            await using var connection = await _observer.OpenConnectionAsync();
            for (var tenant = 0; tenant < scale.Tenants; tenant++)
                await ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {Schema(tenant)}", default);
        }
        catch (DbException e)
        {
            Console.Error.WriteLine($"The shops could not be dropped: {e.Message}");
        }

        await _observer.DisposeAsync();
    }

    /// <summary>How many connections the server still has for others, with some to spare.</summary>
    public async Task<int> RoomForConnectionsAsync(CancellationToken cancellationToken)
    {
        var most = await NumberAsync("SELECT @@global.max_connections", cancellationToken);
        return (int)Math.Max(1, most - await ConnectionsAsync(cancellationToken) - 8);
    }

    /// <summary>Connections as the server counts them, without the observer's.</summary>
    public async Task<long> ConnectionsAsync(CancellationToken cancellationToken) =>
        await StatusAsync("Threads_connected", cancellationToken) - 1 ?? 0;

    /// <summary>Memory of the server in MiB, where it can be told.</summary>
    public async Task<double?> MemoryAsync(CancellationToken cancellationToken)
    {
        // A server of one's own on the same machine: what the system says of its process.
        if (Environment.GetEnvironmentVariable("MUX_SERVER_PID") is { Length: > 0 } pid && File.Exists($"/proc/{pid}/status"))
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            if (line is not null)
                return long.Parse(line.AsSpan(6, line.Length - 8).Trim(), CultureInfo.InvariantCulture) / 1024.0;
        }

        return await StatusAsync("Memory_used", cancellationToken) / 1048576.0;
    }

    /// <summary>What the orders of all shops come to, whatever the order in which they came.</summary>
    public async Task<string> ContentAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _observer.OpenConnectionAsync(cancellationToken);
        var shops = new List<string>();
        for (var tenant = 0; tenant < scale.Tenants; tenant++)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT COUNT(*), COALESCE(SUM(total),0), COALESCE(SUM(CRC32(CONCAT_WS(':',customer,product,quantity,total))),0) FROM {Schema(tenant)}.orders";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            shops.Add(string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0)} orders, {reader.GetDecimal(1)}, {reader.GetValue(2)}"));
        }

        return string.Join("; ", shops);
    }

    private static string Options(string server, string name, Action<MuxConnectionStringBuilder> change)
    {
        var builder = new MuxConnectionStringBuilder(server) { ApplicationName = name };
        change(builder);
        return builder.ConnectionString;
    }

    private static async Task ExecuteAsync(DbConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private MuxDataSource[] Sources(string name, Action<MuxConnectionStringBuilder> change) =>
        [.. Enumerable.Range(0, scale.Tenants).Select(tenant => MuxDataSource.Create(Options(server, name, b =>
        {
            b.Database = Schema(tenant);
            change(b);
        })))];

    private async Task<long> NumberAsync(string text, CancellationToken cancellationToken)
    {
        await using var connection = await _observer.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task<long?> StatusAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await _observer.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SHOW GLOBAL STATUS LIKE '{name}'";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? long.Parse(reader.GetString(1), CultureInfo.InvariantCulture) : null;
    }
}
