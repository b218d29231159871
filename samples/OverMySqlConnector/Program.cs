// Connections that share those of MySqlConnector.
//
//   dotnet run -p:WithMySqlConnector=true -- "Server=…;User ID=…;Password=…;Database=…"

using MuxProvider;
using MySqlConnector;

if (args is not [var connectionString])
{
    Console.Error.WriteLine("usage: dotnet run -p:WithMySqlConnector=true -- CONNECTION-STRING");
    return 2;
}

// The three lines.
var builder = new MuxDataSourceBuilder(connectionString + ";Max Shared Links=2;Coalesce=true");
builder.UseProvider(MySqlConnectorFactory.Instance);
await using var source = builder.Build();

await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
{
    await using var connection = await source.OpenConnectionAsync();
    await using var command = connection.CreateCommand();
    command.CommandText = "SELECT @number";
    command.Parameters.Add(new MySqlParameter("@number", number));
    if (Convert.ToInt32(await command.ExecuteScalarAsync()) != number)
        throw new InvalidOperationException("That was somebody else's answer.");
}));
Console.WriteLine(source);

// Where a program has a data source of MySqlConnector's already, with callbacks, certificates or logging:
await using var inner = new MySqlDataSourceBuilder(connectionString + ";Allow User Variables=true;Pooling=false").Build();
await using var over = new MuxDataSourceBuilder("Max Shared Links=2").UseDataSource(inner).Build();
await using var one = await over.OpenConnectionAsync();
Console.WriteLine($"{one.ServerVersion} by {over}");
return 0;
