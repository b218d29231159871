using System.Globalization;
using MuxProvider.Soak;

if (SoakArguments.Read(args) is not { } arguments || Environment.GetEnvironmentVariable("MUX_SERVER") is not { Length: > 0 } connectionString)
{
    Console.Error.WriteLine(SoakArguments.Usage);
    return 2;
}

var control = Environment.GetEnvironmentVariable("MUX_SERVER_CONTROL");
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{arguments.Workers} workers that await and {arguments.Blocked} that block, {arguments.Duration.TotalMinutes:0.##} minutes, seed {arguments.Seed}{(arguments.IsCalm ? ", nothing goes wrong" : "")}"));
var campaign = new Campaign(arguments, connectionString, string.IsNullOrEmpty(control) ? null : control);
await campaign.RunAsync();

var tally = campaign.Tally;
Table("chores", tally.Chores.Select(static pair => (pair.Key, pair.Value)));
Table("troubles", campaign.Troubles.Select(static pair => (pair.Key, (long)pair.Value)));
Table("errors that had to be expected", tally.Errors.Select(static pair => (pair.Key, pair.Value)));
Console.WriteLine();
Console.WriteLine(campaign.Statistics);
foreach (var finding in tally.Findings)
    Console.WriteLine(finding);
Console.WriteLine();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"wrong={tally.WrongAnswers} lost={tally.LostWrites} leaked={tally.Leaks} duplicated={tally.DuplicatedWrites} unexpected={tally.UnexpectedErrors} operations={tally.Operations} failed={tally.Errors.Values.Sum()} connections={campaign.MostConnections}"));
return tally.IsClean ? 0 : 1;

static void Table(string title, IEnumerable<(string Name, long Count)> rows)
{
    Console.WriteLine();
    Console.WriteLine(title);
    foreach (var (name, count) in rows.OrderByDescending(static row => row.Count))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,12}  {name}"));
}
