using System.Runtime.CompilerServices;

namespace MuxProvider.Tests;

/// <summary>Nobody changes the public API without noticing: all of it is written down in a file.</summary>
public class PublicApiTests
{
    // Set it to 1 and run the tests to write the file anew.
    private const string Accept = "MUX_ACCEPT_API";

    [Test]
    public void The_public_API_is_as_it_was_written_down()
    {
        var now = ApiText.Of(Assemblies.All);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(PathInSources(), now);
            return;
        }

        var before = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Api", "PublicApi.txt")).ReplaceLineEndings("\n");
        if (now == before)
            return;
        var (old, changed) = (Lines(before), Lines(now));
        var differences = old.Except(changed).Select(line => "- " + line).Concat(changed.Except(old).Select(line => "+ " + line)).ToList();
        Assert.Fail(
            $"""
            The public API is not what tests/MuxProvider.Tests/Api/PublicApi.txt says:
            {string.Join('\n', differences.Take(100))}
            {(differences.Count == 0 ? "(the same lines in another order)" : differences.Count > 100 ? $"... and {differences.Count - 100} more" : "")}
            If this is meant: {Accept}=1 dotnet test tests/MuxProvider.Tests --filter Name~public_API, and commit the file with the change.
            """);
    }

    // Members with the type they belong to, so that the same member of two types is not taken for one.
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
                lines.Add($"{type} {{ {line.Trim()} }}");
            else
                lines.Add(type = line);
        }

        return lines;
    }

    private static string PathInSources([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "PublicApi.txt");
}
