using System.Globalization;

namespace Quickstart;

/// <summary>Prints two rush hours side by side.</summary>
internal static class Report
{
    public static void Print(params ReadOnlySpan<RushResult> results)
    {
        Console.WriteLine();
        Line("", "handles", "server connections", "opens/s", "statements/s", "p50 ms", "p99 ms", "server MiB");
        foreach (var result in results)
        {
            Line(
                result.Name,
                Number(result.Handles),
                Number(result.Connections),
                Number(result.OpensPerSecond),
                Number(result.StatementsPerSecond),
                result.P50.ToString("F2", CultureInfo.InvariantCulture),
                result.P99.ToString("F2", CultureInfo.InvariantCulture),
                result.Memory is { } memory ? Number(memory) : "?");
        }
    }

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(string name, params string[] cells) =>
        Console.WriteLine($"{name,-18} | {cells[0],7} | {cells[1],18} | {cells[2],11} | {cells[3],12} | {cells[4],7} | {cells[5],7} | {cells[6],10}");
}
