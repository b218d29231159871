// Two hundred connections on two of another provider's: here MySql.Data, because it can be had everywhere; any DbProviderFactory will do.
//
//   eng/with-server mariadb -- dotnet run --project samples/OverAnyProvider
//
// MUX_SERVER names the server: Server=…;User ID=…;Password=…;Database=…

using MuxProvider;
using MySql.Data.MySqlClient;

if (Environment.GetEnvironmentVariable("MUX_SERVER") is not { Length: > 0 } connectionString)
{
    Console.Error.WriteLine("MUX_SERVER is not set: run eng/with-server mariadb -- dotnet run --project samples/OverAnyProvider");
    return 2;
}

// The three lines. (MySql.Data does not find its own dependencies for TLS here: hence SSL Mode=None.)
var builder = new MuxDataSourceBuilder(connectionString + ";SSL Mode=None;Allow Public Key Retrieval=true;Max Links=3;Max Shared Links=2");
builder.UseProvider(MySqlClientFactory.Instance);
await using var source = builder.Build();

// Two hundred handles are open at the same time, and all ask.
var handles = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => await source.OpenConnectionAsync()));
var answers = await Task.WhenAll(handles.Select(async (handle, i) =>
{
    await using var command = handle.CreateCommand();
    command.CommandText = "SELECT @number, CONNECTION_ID()";

    // The provider's own parameters may stay in the program.
    command.Parameters.Add(new MySqlParameter("@number", i));
    await using var reader = await command.ExecuteReaderAsync();
    await reader.ReadAsync();
    return (Number: reader.GetInt32(0), Thread: reader.GetInt64(1));
}));
var areRight = answers.Select((answer, i) => answer.Number == i).All(static isRight => isRight);
Console.WriteLine($"{handles.Length} open connections, answered by {answers.Select(static answer => answer.Thread).Distinct().Count()} of {handles[0].DataSource}'s; answers {(areRight ? "right" : "WRONG")}");

// A transaction keeps one of them, until it is over.
await using (var transaction = await handles[0].BeginTransactionAsync())
{
    await using var command = handles[0].CreateCommand();
    command.CommandText = "SELECT 1";
    await command.ExecuteScalarAsync();
    Console.WriteLine($"in a transaction: pinned by {handles[0].PinReasons}, on server connection {handles[0].ServerThread}");
    await transaction.CommitAsync();
}

Console.WriteLine($"behind it: pinned by {handles[0].PinReasons}");
foreach (var handle in handles)
    await handle.DisposeAsync();

var statistics = source.GetStatistics();
Console.WriteLine($"links now: {statistics.Links}; leak alarms: {statistics.LeakAlarms}; {source}");
return areRight && statistics.Links <= 3 ? 0 : 1;
