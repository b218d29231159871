using Quickstart;

// A small shop with several tenants, a schema each. The same work is done twice: by many handles on a few shared links, and by
// the same handles with a connection each. Then some handles do what cannot be shared, and nobody else notices.

var server = Environment.GetEnvironmentVariable("MUX_SERVER");
if (string.IsNullOrWhiteSpace(server))
{
    Console.Error.WriteLine("Set MUX_SERVER to a connection string, for example: MUX_SERVER=\"Server=localhost;User ID=root;Password=…\"");
    Console.Error.WriteLine("The user must be allowed to create schemas; they are called mux_shop_… and dropped at the end.");
    return 2;
}

if (!Scale.TryParse(args, out var scale, out var complaint))
{
    Console.Error.WriteLine(complaint);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The shops are dropped before the program ends.
    e.Cancel = true;
    stop.Cancel();
};

var shops = new Shops(server, scale);
try
{
    await shops.CreateAsync(stop.Token);
    var shared = await Rush.RunAsync("shared links", shops, shops.Shared(), scale.Handles, stop.Token);

    await shops.CreateAsync(stop.Token);
    var room = await shops.RoomForConnectionsAsync(stop.Token);
    var dedicated = await Rush.RunAsync("a connection each", shops, shops.Dedicated(room), Math.Min(scale.Handles, room), stop.Token);

    Report.Print(shared, dedicated);
    var isolated = await Isolation.ShowAsync(shops, stop.Token);

    var identical = shared.Answers == dedicated.Answers && shared.Content == dedicated.Content;
    Console.WriteLine();
    Console.WriteLine($"isolation kept: {(isolated ? "yes" : "NO")}");
    Console.WriteLine($"answers identical: {(identical ? "yes" : "NO")}");
    return identical && isolated ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine();
    Console.Error.WriteLine("Stopped.");
    return 130;
}
finally
{
    await shops.DropAsync();
}
