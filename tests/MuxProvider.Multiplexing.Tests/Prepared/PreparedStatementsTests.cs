using MuxProvider.Links;

namespace MuxProvider.Multiplexing.Tests;

internal sealed class PreparedStatementsTests
{
    [Test]
    public void The_same_text_under_the_same_settings_is_prepared_once()
    {
        var prepared = new PreparedStatements(10);
        prepared.Add(Key("SELECT 1"), 5, out _);
        Assert.That(prepared.TryUse(Key("SELECT 1"), out var id), Is.True);
        Assert.That(id, Is.EqualTo(5));
    }

    [TestCase("SELECT 2", "a", null, null)]
    [TestCase("SELECT 1", "b", null, null)]
    [TestCase("SELECT 1", null, null, null)]
    [TestCase("SELECT 1", "a", "'ANSI_QUOTES'", null)]
    [TestCase("SELECT 1", "a", null, "'utf8mb4_bin'")]
    public void Whatever_preparing_freezes_makes_another_statement(string text, string? schema, string? sqlMode, string? collation)
    {
        var prepared = new PreparedStatements(10);
        prepared.Add(Key("SELECT 1"), 5, out _);
        Assert.That(prepared.TryUse(Key(text, schema, ("sql_mode", sqlMode), ("collation_connection", collation)), out _), Is.False);
    }

    [Test]
    public void What_is_read_when_it_runs_does_not()
    {
        var prepared = new PreparedStatements(10);
        prepared.Add(Key("SELECT NOW()"), 5, out _);
        Assert.That(prepared.TryUse(Key("SELECT NOW()", "a", ("time_zone", "'+00:00'")), out _), Is.True);
    }

    [Test]
    public void The_one_unused_for_longest_makes_room()
    {
        var prepared = new PreparedStatements(2);
        Assert.That(prepared.Add(Key("a"), 1, out _), Is.False);
        Assert.That(prepared.Add(Key("b"), 2, out _), Is.False);
        prepared.TryUse(Key("a"), out _);
        Assert.That(prepared.Add(Key("c"), 3, out var evicted), Is.True);
        Assert.That(evicted, Is.EqualTo(2));
        Assert.That(prepared.TryUse(Key("b"), out _), Is.False);
        Assert.That(prepared.Count, Is.EqualTo(2));
    }

    [Test]
    public void Preparing_again_gives_up_the_older_id()
    {
        var prepared = new PreparedStatements(2);
        prepared.Add(Key("a"), 1, out _);
        Assert.That(prepared.Add(Key("a"), 9, out var evicted), Is.True);
        Assert.That(evicted, Is.EqualTo(1));
        Assert.That((prepared.TryUse(Key("a"), out var id), id, prepared.Count), Is.EqualTo((true, 9U, 1)));
    }

    [Test]
    public void A_reset_forgets_all()
    {
        var prepared = new PreparedStatements(2);
        prepared.Add(Key("a"), 1, out _);
        prepared.Clear();
        Assert.That(prepared.TryUse(Key("a"), out _), Is.False);
    }

    private static PreparedStatementKey Key(string text, string? schema = "a", params ReadOnlySpan<(string Name, string? Value)> variables)
    {
        var travels = SessionVariables.None;
        foreach (var (name, value) in variables)
            travels = travels.With(name, value);
        return PreparedStatementKey.Of(text, new Settings(schema, travels));
    }
}
