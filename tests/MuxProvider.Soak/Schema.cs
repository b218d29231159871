namespace MuxProvider.Soak;

/// <summary>The tables, on a connection of their own that no trouble reaches.</summary>
internal static class Schema
{
    /// <summary>The schemas between which workers move; both have a table that says its name.</summary>
    public static readonly string[] Names = ["mux_soak_a", "mux_soak_b"];

    /// <summary>Makes everything anew.</summary>
    public static async Task CreateAsync(MuxDataSource direct, int workers, bool mayWaitShortly)
    {
        await using var connection = await direct.OpenConnectionAsync();
        foreach (var name in Names)
        {
            await RunAsync(connection, $"DROP DATABASE IF EXISTS {name}");
            await RunAsync(connection, $"CREATE DATABASE {name}");
            await RunAsync(connection, $"CREATE TABLE {name}.place (name VARCHAR(20))");
            await RunAsync(connection, $"INSERT INTO {name}.place VALUES ('{name}')");
        }

        await RunAsync(connection, "CREATE TABLE mux_soak_a.entry (owner INT NOT NULL, row_no BIGINT NOT NULL, word VARCHAR(40) NOT NULL, KEY (owner, row_no)) ENGINE=InnoDB");
        await RunAsync(connection, "CREATE TABLE mux_soak_a.counter (owner INT PRIMARY KEY, n BIGINT NOT NULL) ENGINE=InnoDB");
        await RunAsync(connection, "CREATE TABLE mux_soak_a.generated (id BIGINT PRIMARY KEY AUTO_INCREMENT, owner INT NOT NULL, token BIGINT NOT NULL) ENGINE=InnoDB");
        await RunAsync(connection, "CREATE TABLE mux_soak_a.thousand (n INT PRIMARY KEY) ENGINE=InnoDB");
        await RunAsync(connection, $"INSERT INTO mux_soak_a.thousand VALUES {string.Join(',', Enumerable.Range(0, 1000).Select(static n => $"({n})"))}");
        await RunAsync(connection, "CREATE TABLE mux_soak_a.held (id INT PRIMARY KEY, n BIGINT NOT NULL) ENGINE=InnoDB");
        await RunAsync(connection, "INSERT INTO mux_soak_a.held VALUES (1, 0)");

        // Only of a server of one's own.
        if (mayWaitShortly)
            await RunAsync(connection, "SET GLOBAL innodb_lock_wait_timeout = 3");
        await RunAsync(connection, $"INSERT INTO mux_soak_a.counter VALUES {string.Join(',', Enumerable.Range(0, workers).Select(static n => $"({n}, 0)"))}");
    }

    /// <summary>Removes everything.</summary>
    public static async Task DropAsync(MuxDataSource direct)
    {
        await using var connection = await direct.OpenConnectionAsync();
        foreach (var name in Names)
            await RunAsync(connection, $"DROP DATABASE IF EXISTS {name}");
    }

    private static async Task RunAsync(MuxConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
