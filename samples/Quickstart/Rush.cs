using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MuxProvider;

namespace Quickstart;

/// <summary>
/// The rush hour: many handles are open at once and all of them look up products and place orders. What each handle is
/// answered is kept, so that two runs can be compared.
/// </summary>
internal static class Rush
{
    public static async Task<RushResult> RunAsync(string name, Shops shops, MuxDataSource[] sources, int handles, CancellationToken cancellationToken)
    {
        try
        {
            // The first link to each shop is opened, so that what follows is the steady state.
            foreach (var source in sources)
                await (await source.OpenConnectionAsync(cancellationToken)).DisposeAsync();

            var connections = new MuxConnection[handles];
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, handles).Select(async i =>
            {
                connections[i] = sources[i % sources.Length].CreateConnection();
                await connections[i].OpenAsync(cancellationToken);
            }));
            var opening = clock.Elapsed;

            var customers = shops.Operations / 50;
            var answers = new string[customers];
            var latencies = new double[customers * 50];
            var done = 0;
            clock.Restart();
            var work = Task.WhenAll(Enumerable.Range(0, handles).Select(handle => Task.Run(
                async () =>
                {
                    // A customer's tenant is fixed by its number, so it is served by a handle of that tenant.
                    for (var customer = handle; customer < customers; customer += handles)
                    {
                        var connection = connections[handle];
                        var tenant = customer % sources.Length;
                        if (handle % sources.Length != tenant)
                            await connection.ChangeDatabaseAsync(Shops.Schema(tenant), cancellationToken);
                        answers[customer] = await ShopAsync(connection, customer, latencies, () => Interlocked.Increment(ref done), cancellationToken);
                    }
                },
                cancellationToken)));
            long? served = null;
            double? memory = null;
            while (await Task.WhenAny(work, Task.Delay(500, cancellationToken)) != work)
            {
                served = Math.Max(served ?? 0, await shops.ConnectionsAsync(cancellationToken));
                memory = await shops.MemoryAsync(cancellationToken);
                Console.Error.Write($"\r{name}: {Volatile.Read(ref done):N0} of {customers * 50:N0} statements, {served} server connections ");
            }

            await work;
            var working = clock.Elapsed;
            served = Math.Max(served ?? 0, await shops.ConnectionsAsync(cancellationToken));
            memory ??= await shops.MemoryAsync(cancellationToken);
            Console.Error.WriteLine($"\r{name}: {done:N0} statements in {working.TotalSeconds:F1} s, {served} server connections        ");
            foreach (var connection in connections)
                await connection.DisposeAsync();

            Array.Sort(latencies);
            return new RushResult(
                name,
                handles,
                served.Value,
                handles / opening.TotalSeconds,
                done / working.TotalSeconds,
                latencies[latencies.Length / 2],
                latencies[(int)(latencies.Length * 0.99)],
                memory,
                Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', answers)))),
                await shops.ContentAsync(cancellationToken));
        }
        finally
        {
            foreach (var source in sources)
                await source.DisposeAsync();
        }
    }

    // Fifty statements of one customer: four look-ups, then an order, and so on.
    private static async Task<string> ShopAsync(MuxConnection connection, int customer, double[] latencies, Action count, CancellationToken cancellationToken)
    {
        var heard = new StringBuilder();
        for (var step = 0; step < 50; step++)
        {
            var product = (customer * 7919 + step * 104729) % Shops.Products + 1;
            var before = Stopwatch.GetTimestamp();
            if (step % 5 < 4)
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT id, name, price FROM product WHERE id = @id";
                command.Parameters.AddWithValue("@id", product);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                    heard.Append(CultureInfo.InvariantCulture, $"{reader.GetInt32(0)},{reader.GetString(1)},{reader.GetDecimal(2)};");
            }
            else
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "INSERT INTO orders (customer, product, quantity, total) SELECT @customer, id, @quantity, price * @quantity FROM product WHERE id = @id";
                command.Parameters.AddWithValue("@customer", customer);
                command.Parameters.AddWithValue("@quantity", step % 3 + 1);
                command.Parameters.AddWithValue("@id", product);
                heard.Append(CultureInfo.InvariantCulture, $"{await command.ExecuteNonQueryAsync(cancellationToken)} ordered;");
            }

            latencies[customer * 50 + step] = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
            count();
        }

        return heard.ToString();
    }
}
