using System.Globalization;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>
/// Many texts that nobody wrote. An ordinary run takes 200,000, the same ones every time; with the environment variable
/// <c>MUX_FUZZ</c> as many as it says, from another beginning on. A failure names the seed of its text, and
/// <c>MUX_FUZZ_SEED</c> runs that one alone.
/// </summary>
[TestFixture]
public sealed class ClassifierFuzzTests
{
    private const int Ordinary = 200_000;

    private static readonly ServerDialect[] s_dialects = [default, new(IsMariaDb: true, 101119), new(IsMariaDb: true, 110806), new(IsMariaDb: false, 80036), new(IsMariaDb: false, 90704)];

    [Test]
    public void There_are_enough_statements_to_start_from() => Assert.That(StatefulStatements.Always.Distinct().Count(), Is.GreaterThanOrEqualTo(80));

    [TestCase("SELECT 1")]
    [TestCase("INSERT INTO t VALUES (1)")]
    [TestCase("SELECT a /* GET_LOCK('x', 1) */ FROM t")]
    public void A_statement_without_state_would_be_found_out(string text) =>
        Assert.That(SaysNothing(StatementParser.Parse(text, SqlModes.None).Traits), Is.True);

    [Test]
    public void A_statement_with_state_is_recognised_however_it_is_written() => ForEachSeed(seed =>
    {
        var random = new Random(seed);
        var number = random.Next(StatefulStatements.Always.Length + StatefulStatements.WithUserVariables.Length);
        var template = number < StatefulStatements.Always.Length ? StatefulStatements.Always[number] : StatefulStatements.WithUserVariables[number - StatefulStatements.Always.Length];
        var text = TextMutation.Rewrite(template, random, out var modes);
        var parsed = StatementParser.Parse(text, modes, s_dialects[random.Next(s_dialects.Length)]);
        var traits = number < StatefulStatements.Always.Length ? parsed.Traits : parsed.TraitsWithUserVariables;
        if (SaysNothing(traits) || traits.IsReadOnly && traits.Reads == SessionRegisters.None && !traits.UsesGeneratedId)
            Assert.Fail($"Seed {seed}: {template} was missed in\n{text}");
    });

    [Test]
    public void Any_text_is_read_to_its_end() => ForEachSeed(seed =>
    {
        var random = new Random(seed);
        var text = random.Next(2) == 0
            ? TextMutation.Soup(random)
            : TextMutation.Tear(TextMutation.Rewrite(StatefulStatements.Always[random.Next(StatefulStatements.Always.Length)], random, out _), random);
        var modes = (SqlModes)random.Next(32);
        var dialect = s_dialects[random.Next(s_dialects.Length)];
        ParsedStatement parsed;
        try
        {
            parsed = StatementParser.Parse(text, modes, dialect);
            _ = parsed.TraitsWithUserVariables;
            _ = StatementNames.Of(text, modes);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Seed {seed}: {text}", exception);
        }

        if (parsed.Digest.Length > StatementDigest.Longest
            || parsed.Traits.Placement == Placement.Reject != (parsed.Traits.Rejection != null)
            || (parsed.Traits.Placement == Placement.Float && parsed.Traits.PinReasons != PinReasons.None)
            || !AreTokensInOrder(text, modes, dialect)
            || !AreMarkersInOrder(parsed))
            Assert.Fail($"Seed {seed}: {text}");
    });

    private static bool SaysNothing(StatementTraits traits) =>
        traits.Placement == Placement.Float
        && traits.Reads == SessionRegisters.None
        && !traits.UsesGeneratedId
        && !traits.HidesGeneratedId
        && !traits.TakesSequenceValue
        && !traits.CountsFoundRows
        && !traits.CallsRoutines
        && traits.Settings.IsEmpty
        && traits.Opens.IsEmpty
        && traits.Closes.IsEmpty
        && traits.LocalAnswer == LocalAnswer.None
        && traits.NextTransaction == null
        && traits.Schema == null
        && traits.KilledThread == null;

    // A token takes at least one character, and none is looked at by two tokens: so reading is linear.
    private static bool AreTokensInOrder(string text, SqlModes modes, ServerDialect dialect)
    {
        for (var reading = VersionComments.AsTheServer; reading <= VersionComments.Skipped; reading++)
        {
            var lexer = new SqlLexer(text, modes, dialect, reading);
            var end = 0;
            while (lexer.Read())
            {
                if (lexer.Token.Start < end || lexer.Token.Length < 1)
                    return false;
                end = lexer.Token.End;
            }

            if (end > text.Length || lexer.UnterminatedFrom >= text.Length)
                return false;
        }

        return true;
    }

    private static bool AreMarkersInOrder(ParsedStatement parsed)
    {
        var end = 0;
        foreach (var marker in parsed.Text.Markers)
        {
            if (marker.Start < end || marker.Length < 1 || parsed.Text.Text[marker.Start] != (marker.IsAt ? '@' : '?'))
                return false;
            end = marker.End;
        }

        return end <= parsed.Text.Text.Length;
    }

    private static void ForEachSeed(Action<int> run)
    {
        if (Number("MUX_FUZZ_SEED") is { } only)
        {
            run(only);
            return;
        }

        var count = Number("MUX_FUZZ") ?? Ordinary;
        var first = count == Ordinary ? 1 : Environment.TickCount & 0x3fffffff;
        for (var seed = first; seed < first + (count / 2); seed++)
            run(seed);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
