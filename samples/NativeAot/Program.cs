using System.Data.Common;
using System.Runtime.CompilerServices;
using MuxProvider;

// What a small service does: a data source, typed parameters and columns, a batch, a transaction, a few handles at once. Nothing
// here or below needs reflection, so the program may be trimmed, or compiled ahead of time.

var server = Environment.GetEnvironmentVariable("MUX_SERVER");
if (string.IsNullOrWhiteSpace(server))
{
    Console.Error.WriteLine("Set MUX_SERVER to a connection string, for example: MUX_SERVER=\"Server=localhost;User ID=root;Password=…\"");
    return 2;
}

await using var source = MuxDataSource.Create(server);
await using var connection = await source.OpenConnectionAsync();
await RunAsync(connection, "CREATE DATABASE IF NOT EXISTS mux_native CHARACTER SET utf8mb4");
await connection.ChangeDatabaseAsync("mux_native");
await RunAsync(connection, "CREATE OR REPLACE VIEW answer AS SELECT 42 AS n");
await RunAsync(connection, "DROP TABLE IF EXISTS orders");
await RunAsync(connection, "CREATE TABLE orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, customer VARCHAR(60), total DECIMAL(10,2), placed DATETIME(6), day DATE, code CHAR(36))");

var code = Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff");
await using (var insert = connection.CreateCommand())
{
    insert.CommandText = "INSERT INTO orders (customer, total, placed, day, code) VALUES (@customer, @total, @placed, @day, @code)";
    insert.Parameters.AddWithValue("@customer", "Zoë 🍰");
    insert.Parameters.AddWithValue("@total", 12.34m);
    insert.Parameters.AddWithValue("@placed", new DateTime(2026, 5, 4, 3, 2, 1, 250, DateTimeKind.Unspecified));
    insert.Parameters.AddWithValue("@day", new DateOnly(2026, 5, 4));
    insert.Parameters.AddWithValue("@code", code);
    await insert.ExecuteNonQueryAsync();
}

await using (var transaction = await connection.BeginTransactionAsync())
{
    await RunAsync(connection, "UPDATE orders SET total = total + 1");
    await transaction.CommitAsync();
}

var isRight = true;
await using (var read = connection.CreateCommand())
{
    read.CommandText = "SELECT id, customer, total, placed, day, code FROM orders";
    await using var reader = await read.ExecuteReaderAsync();
    while (await reader.ReadAsync())
    {
        isRight &= reader.GetString(1) == "Zoë 🍰" && reader.GetDecimal(2) == 13.34m && reader.GetGuid(5) == code
            && reader.GetFieldValue<DateOnly>(4) == new DateOnly(2026, 5, 4) && reader.GetDateTime(3).Millisecond == 250;
        Console.WriteLine($"order {reader.GetInt64(0)}: {reader.GetString(1)}, {reader.GetDecimal(2)}, {reader.GetDateTime(3):O}");
    }
}

await using (var batch = source.CreateBatch())
{
    batch.BatchCommands.Add(new MuxBatchCommand("SELECT n FROM mux_native.answer"));
    batch.BatchCommands.Add(new MuxBatchCommand("SELECT COUNT(*) FROM mux_native.orders"));
    await using var reader = await batch.ExecuteReaderAsync();
    isRight &= await reader.ReadAsync() && reader.GetInt32(0) == 42 && await reader.NextResultAsync() && await reader.ReadAsync() && reader.GetInt64(0) == 1;
}

var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
{
    await using DbConnection handle = await source.OpenConnectionAsync();
    await using var command = handle.CreateCommand();
    command.CommandText = $"SELECT {number}";
    return Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
}));
isRight &= answers.SequenceEqual(Enumerable.Range(0, 100));
await RunAsync(connection, "DROP DATABASE mux_native");

Console.WriteLine($"100 handles, {source}");
Console.WriteLine($"code at run time: {(RuntimeFeature.IsDynamicCodeSupported ? "possible" : "impossible, compiled ahead of time")}");
Console.WriteLine($"answers right: {(isRight ? "yes" : "NO")}");
return isRight ? 0 : 1;

static async Task RunAsync(MuxConnection connection, string text)
{
    await using var command = connection.CreateCommand();
    command.CommandText = text;
    await command.ExecuteNonQueryAsync();
}
