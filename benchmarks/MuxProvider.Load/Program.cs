using System.Globalization;
using MuxProvider.Load;

// eng/load explains the arguments.
if (Environment.GetEnvironmentVariable("MUX_SERVER") is not { Length: > 0 } server)
{
    Console.Error.WriteLine("MUX_SERVER is not set: use eng/load.");
    return 2;
}

var transport = "native";
var peer = "mysqldata";
var workers = 64;
var links = 0;
var seconds = 2.0;
var rounds = 5;
var pools = new[] { 1, 8, 64 };
var scene = "requests";
var opens = 5_000_000L;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    var value = args[i + 1];
    switch (args[i])
    {
        case "--transport" when value is "native" or "adonet" or "self":
            transport = value;
            break;
        case "--peer" when value is "mysqldata" or "none":
            peer = value;
            break;
        case "--scene" when value is "requests" or "neighbours":
            scene = value;
            break;
        case "--opens":
            scene = "opens";
            opens = long.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--workers":
            workers = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--links":
            links = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--seconds":
            seconds = double.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--rounds":
            rounds = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--pools":
            pools = [.. value.Split(',').Select(static size => int.Parse(size, CultureInfo.InvariantCulture))];
            break;
        default:
            Console.Error.WriteLine($"'{args[i]} {value}' is not understood; eng/load says what is.");
            return 2;
    }
}

if (links == 0)
    links = scene == "neighbours" ? 4 : Math.Max(1, Environment.ProcessorCount / 2);
switch (scene)
{
    case "neighbours":
        return await new Neighbours(server, workers, links, TimeSpan.FromSeconds(seconds), rounds).RunAsync();
    case "opens":
        return await new Opens(server, workers, opens).RunAsync();
}

await Work.PrepareAsync(server);
List<Contender> contenders = [Contender.Ours(server, transport, links, coalesce: false)];
if (transport == "self")
    contenders.Add(Contender.Ours(server, transport, links, coalesce: true));
if (peer == "mysqldata")
    contenders.AddRange(pools.Select(pool => Contender.MySqlData(server, pool)));

// All take turns, round by round, so that whatever else the machine does meets all of them. The first round only warms up.
var samples = new Dictionary<(Contender, bool), List<Sample>>();
for (var round = 0; round <= rounds; round++)
{
    foreach (var isBlocking in new[] { false, true })
    {
        foreach (var contender in contenders)
        {
            var sample = await Work.RunAsync(contender, workers, isBlocking, TimeSpan.FromSeconds(round == 0 ? seconds / 2 : seconds));
            if (round > 0)
                (samples.TryGetValue((contender, isBlocking), out var list) ? list : samples[(contender, isBlocking)] = []).Add(sample);
            Console.Error.Write('.');
        }
    }
}

Console.Error.WriteLine();
Console.WriteLine($"open, SELECT one row by its key, close; {workers} workers; medians of {rounds} rounds of {seconds.ToString(CultureInfo.InvariantCulture)} s, taking turns");
Console.WriteLine($"{"",-44} | {"workers",-8} | {"units/s",9} | {"p50 ms",7} | {"p99 ms",7} | {"client CPU us",13}");
var line = new List<string>();
foreach (var isBlocking in new[] { false, true })
{
    double Rate(Contender contender) => Median(samples[(contender, isBlocking)]).Rate;
    foreach (var contender in contenders)
    {
        var median = Median(samples[(contender, isBlocking)]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{contender.Name,-44} | {(isBlocking ? "blocking" : "async"),-8} | {median.Rate,9:N0} | {median.P50,7:F2} | {median.P99,7:F2} | {median.Cpu,13:F1}"));
    }

    if (contenders.Where(static contender => contender.IsPeer).ToList() is { Count: > 0 } peers)
    {
        var best = peers.MaxBy(Rate)!;
        line.Add(string.Create(CultureInfo.InvariantCulture, $"{(isBlocking ? "blocking" : "async")}={Rate(contenders[0]) / Rate(best):F2}"));
    }
}

foreach (var contender in contenders)
{
    if (contender.Own is { } own)
        await own.DisposeAsync();
}

Console.WriteLine($"load transport={transport} peer={peer} ratio to the peer's best: {string.Join(' ', line)}");
return 0;

static Sample Median(List<Sample> samples) => samples.OrderBy(static sample => sample.Rate).ElementAt(samples.Count / 2);
