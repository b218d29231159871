using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MuxProvider.Twin;

/// <summary>Makes programs: the same one for the same seed and server, always. Any thread may use it.</summary>
/// <param name="server">The server that the programs are for: one flag.</param>
/// <param name="isConcurrent">Whether the handles run at once; null for every other program.</param>
/// <param name="without">The groups of the grammar that are left out.</param>
internal sealed partial class ProgramGenerator(Servers server, bool? isConcurrent, IReadOnlySet<string> without)
{
    private static readonly string[] s_strings = ["it's", @"\ back \' slash", "😀 \"quoted\"", "plain", "", "'; SET @v = 1; -- ", "a;b", "?@x", "\n\0\r\t", "first"];

    /// <summary>Makes the program of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>The program.</returns>
    public TwinProgram Make(int seed)
    {
        var random = new Random(seed);
        var preparing = new Random(~seed);
        var concurrent = isConcurrent ?? (seed & 1) == 1;
        var handles = random.Next(2, 6);
        var length = random.Next(12, 28);
        var isJoint = !concurrent && random.Next(8) == 0 && !without.Contains("joint");
        var themes = Themes(random, isJoint);
        var tables = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        var steps = Enumerable.Range(0, handles).Select(_ => new List<Step>()).ToArray();
        var lives = new int[handles];
        for (var made = 0; made < length;)
        {
            var handle = made < handles ? made : random.Next(handles);
            var group = random.Next(4) == 0 || themes.IsEmpty ? Choose(random, Groups(isJoint)) : themes[random.Next(themes.Length)];
            made += Add(random, group, handle, handles, ref lives[handle], tables, steps[handle], isJoint);
        }

        if (random.Next(2) == 0)
        {
            for (var handle = 0; handle < handles; handle++)
                Add(random, Grammar.Groups[1], handle, handles, ref lives[handle], tables, steps[handle], isJoint);
        }

        return new TwinProgram(seed, Options(random, handles) + Trust(random, steps) + AutoPrepare(preparing), concurrent, HasSchema: random.Next(40) != 0, Listens: random.Next(4) == 0, tables.ToImmutable(), Shuffle(random, steps, preparing));
    }

    // Leases are scarce now and then, but there is one for every handle.
    private static string Options(Random random, int handles)
    {
        var shared = random.Next(1, 4);
        return FormattableString.Invariant($"Max Shared Links={shared}")
            + (random.Next(5) == 0 ? ";Pipelining=false" : "")
            + (random.Next(6) == 0 ? FormattableString.Invariant($";Max Links={handles + shared}") : "")
            + (random.Next(3) == 0 ? "" : FormattableString.Invariant($";Stream Results Above={32 << random.Next(3)}K"));
    }

    // What these routines do to the session no server reveals, or only in a later run: they are not to be trusted, or read beforehand.
    private static string Trust(Random random, List<Step>[] steps) =>
        steps.Any(list => list.Any(step => UnseenRoutines().IsMatch(step.Text))) || random.Next(10) == 0
            ? random.Next(2) == 0 ? ";Trust Routines=false" : ";Routine Scan=true"
            : "";

    // Only the shared side: a connection of its own runs the same texts as text.
    private static string AutoPrepare(Random preparing) => preparing.Next(3) == 0 ? ";Auto Prepare Min Uses=2" : "";

    private IEnumerable<PhraseGroup> Groups(bool isJoint) =>
        Grammar.Groups.Where(group => (isJoint || !group.IsJoint) && !without.Contains(group.Name));

    private ImmutableArray<PhraseGroup> Themes(Random random, bool isJoint)
    {
        if (isJoint)
            return [Grammar.Groups.Single(group => group.IsJoint)];
        return [.. Enumerable.Range(0, random.Next(4)).Select(_ => Choose(random, Groups(isJoint: false)))];
    }

    private static PhraseGroup Choose(Random random, IEnumerable<PhraseGroup> groups)
    {
        var left = random.Next(groups.Sum(group => group.Weight));
        return groups.First(group => (left -= group.Weight) < 0);
    }

    // Adds a phrase to a handle's steps; gives their number.
    private int Add(Random random, PhraseGroup group, int handle, int handles, ref int life, ISet<string> tables, List<Step> steps, bool isJoint)
    {
        var phrases = group.Phrases.Where(phrase => (phrase.Servers & server) != 0).ToArray();
        if (phrases.Length == 0)
            return 0;
        var left = random.Next(phrases.Sum(phrase => phrase.Weight));
        var phrase = phrases.First(phrase => (left -= phrase.Weight) < 0);
        var lifeOfPhrase = life;
        var expansion = new Expansion(random, server == Servers.MariaDb, handle, handles, lifeOfPhrase, tables);
        var before = steps.Count;
        foreach (var line in phrase.Lines)
        {
            var step = Step(random, group, expansion.Expand(line));

            // Close does not wait: whether a lock of the life before is free already would be a matter of luck for the others.
            if (step.Kind == StepKind.Reopen && isJoint)
                continue;
            if (step.Kind == StepKind.Reopen)
                expansion = new Expansion(random, server == Servers.MariaDb, handle, handles, ++life, tables);
            steps.Add(step);
        }

        return steps.Count - before;
    }

    private static Step Step(Random random, PhraseGroup group, string text)
    {
        var isBlocking = random.Next(4) == 0;
        if (!text.StartsWith('!'))
        {
            var kind = random.Next(10) switch { 0 => StepKind.NonQuery, 1 => StepKind.Scalar, _ => StepKind.Reader };
            return new Step(kind, text, group.Name, isBlocking, Parameters(random, text));
        }

        var space = text.IndexOf(' ', StringComparison.Ordinal) is var at and >= 0 ? at : text.Length;
        var rest = text[space..].Trim();
        return text[1..space] switch
        {
            "reopen" => new Step(StepKind.Reopen, "", group.Name, isBlocking, []),
            "use" => new Step(StepKind.ChangeDatabase, rest, group.Name, isBlocking, []),
            "early" => new Step(StepKind.Early, rest, group.Name, isBlocking, []),
            "begin" => new Step(StepKind.Begin, rest, group.Name, isBlocking, []),
            "commit" => new Step(StepKind.Commit, "", group.Name, isBlocking, []),
            "rollback" => new Step(StepKind.Rollback, "", group.Name, isBlocking, []),
            "batch" => new Step(StepKind.Batch, rest, group.Name, isBlocking, []),
            var other => throw new FormatException($"The grammar has !{other}, which means nothing."),
        };
    }

    private static ImmutableArray<StepParameter> Parameters(Random random, string text)
    {
        if (!text.Contains("@p", StringComparison.Ordinal))
            return [];
        return [.. ParameterNames().Matches(text).Select(match => match.Groups[1].Value).Distinct().Select(name => new StepParameter(name, Value(random, name)))];
    }

    private static object? Value(Random random, string name) => name switch
    {
        "pInt" => random.Next(-100, 100),
        "pLong" => random.NextInt64(-1000, long.MaxValue),
        "pULong" => ulong.MaxValue - (ulong)random.Next(5),
        "pByte" => (byte)random.Next(4),
        "pStr" => s_strings[random.Next(s_strings.Length)],
        "pDec" => random.Next(1000) / 8m,
        "pDbl" => random.Next(1000) / 16.0,
        "pBool" => random.Next(2) == 0,
        "pDate" => new DateTime(2020, 5, 4, 3, 2, 1, DateTimeKind.Unspecified).AddMilliseconds(random.Next(1_000_000)),
        "pTime" => TimeSpan.FromSeconds(random.Next(-1000, 100_000)),
        "pBytes" => new byte[] { 0, 39, 92, (byte)random.Next(256) },
        "pGuid" => new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        "pNull" => null,
        _ => throw new FormatException($"The grammar has @{name}, which gets no value."),
    };

    // A parameter among the selected columns gives them a name of their own where it is
    // prepared, and its value another type: there the twins would have to do the same.
    private static Step Prepared(Random random, Step step)
    {
        var (shared, alone) = (random.Next(2) == 0, random.Next(3) == 0);
        if (step.Kind is not (StepKind.Reader or StepKind.NonQuery or StepKind.Scalar) || SelectedParameter().IsMatch(step.Text))
            return step;
        return step with { PreparesShared = shared, PreparesAlone = alone };
    }

    // Any order that keeps that of each handle.
    private static ImmutableArray<Turn> Shuffle(Random random, List<Step>[] steps, Random preparing)
    {
        var turns = ImmutableArray.CreateBuilder<Turn>();
        var next = new int[steps.Length];
        for (var left = steps.Sum(list => list.Count); left > 0; left--)
        {
            var pick = random.Next(left);
            var handle = 0;
            while (pick >= steps[handle].Count - next[handle])
                pick -= steps[handle].Count - next[handle++];
            turns.Add(new Turn(handle, Prepared(preparing, steps[handle][next[handle]++])));
        }

        return turns.ToImmutable();
    }

    [GeneratedRegex(@"\b(p_into|p_temp_select|p_lock|p_id|f_into|f_maybe)\(")]
    private static partial Regex UnseenRoutines();

    [GeneratedRegex(@"^\s*SELECT\b(?:(?!\bFROM\b).)*@p[A-Z]", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex SelectedParameter();

    [GeneratedRegex("@(p[A-Z][A-Za-z]*)")]
    private static partial Regex ParameterNames();
}
