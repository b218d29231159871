using System.Diagnostics;
using System.Globalization;
using MuxProvider.Twin;

if (Arguments.Read(args) is not { } arguments || Environment.GetEnvironmentVariable("MUX_SERVER") is not { Length: > 0 } connectionString)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

var campaign = new Campaign
{
    ConnectionString = connectionString,
    Server = Environment.GetEnvironmentVariable("MUX_SERVER_KIND") == "mysql" ? Servers.MySql : Servers.MariaDb,
    Seed = arguments.Seed,
    Programs = arguments.Programs,
    Limit = arguments.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : Timeout.InfiniteTimeSpan,
    IsConcurrent = arguments.IsConcurrent,
    Without = arguments.Without,
    IsSelfTest = arguments.IsSelfTest,
    Provider = arguments.Provider,
    Stages = arguments.Stages,
    Kept = arguments.Kept,
    Ended = arguments.Shows ? difference => Console.WriteLine($"\n{difference}") : null,
    Found = difference => Console.WriteLine($"\nDIFFERENCE in '{difference.Topic}': {difference}\n"),
};
var start = Stopwatch.GetTimestamp();
using var progress = new Timer(_ => Report(), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
try
{
    await campaign.RunAsync();
}
catch (InvalidOperationException error)
{
    Console.WriteLine($"\nSTOPPED: {error.Message}\n");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"programs={campaign.Played} differences={campaign.Differing + 1} alarms={campaign.Alarms}"));
    return 1;
}

await progress.DisposeAsync();
Report();
foreach (var group in campaign.Differences.GroupBy(difference => difference.Topic).OrderByDescending(group => group.Count()))
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {group.Count()} in '{group.Key}'"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"programs={campaign.Played} differences={campaign.Differing} alarms={campaign.Alarms}"));
return campaign.Differing == 0 && campaign.Alarms == 0 ? 0 : 1;

void Report() => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{campaign.Played} programs, {campaign.Differing} differences, {campaign.Played / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} programs a second"));
