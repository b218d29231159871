using System.Reflection;
using System.Text.RegularExpressions;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>docs/session-state.md says what is so: its tests exist, its statements do what it says, its code compiles.</summary>
internal sealed partial class SessionStateDocumentTests : StateFixture
{
    private static readonly string s_root = FindRoot();
    private static readonly string s_document = File.ReadAllText(Path.Combine(s_root, "docs", "session-state.md"));

    [Test]
    public void Every_test_that_the_document_names_exists()
    {
        var tests = Assembly.GetExecutingAssembly().GetTypes()
            .SelectMany(static type => type.GetMethods().Where(IsTest).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var named = NamedTest().Matches(s_document).Select(static match => match.Groups[1].Value).ToList();
        Assert.That(named, Has.Count.GreaterThan(60));
        Assert.That(named.Where(name => !tests.Contains(name) && !IsInAnotherProject(name)), Is.Empty);
    }

    [Test]
    public void Every_row_of_the_table_names_its_test()
    {
        var rows = s_document.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && line.Count(static c => c == '|') == 5).ToList();
        Assert.That(rows, Has.Count.GreaterThan(60));
        Assert.That(rows.Where(static row => !row.StartsWith("| State |", StringComparison.Ordinal) && !row.EndsWith("` |", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Statements_in_the_document_pin_as_it_says()
    {
        var lines = Block("sql").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.GreaterThan(5));
        foreach (var line in lines)
        {
            var (text, reasons) = (line[..line.IndexOf("; ", StringComparison.Ordinal)], line[(line.IndexOf("-- ", StringComparison.Ordinal) + 3)..]);
            await Owner.RunAsync(text);
            Assert.That(Owner.PinReasons, Is.EqualTo(Enum.Parse<PinReasons>(reasons)), line);
        }
    }

    [Test]
    public async Task The_code_in_the_document_runs()
    {
        var connectionString = Server.Options($"Database={Schema}");

        // What stands here is what stands there.
        await using var dataSource = MuxDataSource.Create(connectionString);
        Console.WriteLine(dataSource.Explain("SET @total = 0"));

        await using var connection = await dataSource.OpenConnectionAsync();
        connection.PinChanged += (_, change) => Console.WriteLine($"{change.Before} -> {change.Now}");
        await connection.PinAsync("warnings are asked for behind every statement");
        connection.Unpin();

        foreach (var pin in dataSource.GetStatistics().Pins)
            Console.WriteLine($"{pin.Reason}: {pin.Count} times, {pin.Current} now, {pin.LongestDuration} at most");

        var source = await File.ReadAllTextAsync(Path.Combine(s_root, "tests", "MuxProvider.ServerTests", "SessionStateDocumentTests.cs"));
        foreach (var line in Block("csharp").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.That(source, Does.Contain(line.Trim()));
        Assert.That(dataSource.GetStatistics().Pins, Has.Count.EqualTo(1));
    }

    // What holds without a server is proved without one.
    private static bool IsInAnotherProject(string name)
    {
        var (type, method) = (name[..name.IndexOf('.', StringComparison.Ordinal)], name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return Directory.EnumerateFiles(Path.Combine(s_root, "tests"), $"{type}.cs", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal));
    }

    private static bool IsTest(MethodInfo method) =>
        method.GetCustomAttributes().Any(static attribute => attribute is TestAttribute or TestCaseAttribute or TestCaseSourceAttribute);

    private static string Block(string language)
    {
        var begin = s_document.IndexOf($"```{language}\n", StringComparison.Ordinal);
        Assert.That(begin, Is.Not.Negative);
        begin = s_document.IndexOf('\n', begin) + 1;
        return s_document[begin..s_document.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static string FindRoot()
    {
        for (var folder = TestContext.CurrentContext.TestDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "docs", "session-state.md")))
                return folder;
        }

        throw new FileNotFoundException("docs/session-state.md is in no folder above the tests.");
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex NamedTest();
}
