using MuxProvider.Protocol;

namespace MuxProvider.Links.Tests;

[TestFixture]
internal sealed class PreparedStatementsTests
{
    private PreparationCounters _counters = new();

    [SetUp]
    public void Count() => _counters = new PreparationCounters();

    [Test]
    public void The_same_text_under_the_same_settings_is_asked_for_once_and_then_executed()
    {
        var prepared = new PreparedStatements(10, _counters);
        Assert.That(prepared.Use(Key("SELECT 1"), 0, out var statement, out _), Is.EqualTo(PreparedUse.Prepare));
        Assert.That(prepared.Use(Key("SELECT 1"), 0, out _, out _), Is.EqualTo(PreparedUse.Text));
        Assert.That(prepared.Answered(statement!, Ok(5), isTrusted: true), Is.Null);
        Assert.That(prepared.Use(Key("SELECT 1"), 0, out var found, out _), Is.EqualTo(PreparedUse.Execute));
        Assert.That((found, found!.Id), Is.EqualTo((statement, 5u)));
    }

    [TestCase("SELECT 2", "a", null, null)]
    [TestCase("SELECT 1", "b", null, null)]
    [TestCase("SELECT 1", null, null, null)]
    [TestCase("SELECT 1", "a", "'ANSI_QUOTES'", null)]
    [TestCase("SELECT 1", "a", null, null, "10")]
    [TestCase("SELECT 1", "a", null, "'utf8mb4_bin'")]
    public void Whatever_preparing_freezes_makes_another_statement(string text, string? schema, string? sqlMode, string? collation, string? precision = null)
    {
        var prepared = new PreparedStatements(10, _counters);
        MakeReady(prepared, "SELECT 1", 5);
        Assert.That(prepared.Use(Key(text, schema, ("sql_mode", sqlMode), ("collation_connection", collation), ("div_precision_increment", precision)), 0, out _, out _), Is.EqualTo(PreparedUse.Prepare));
    }

    [Test]
    public void The_one_unused_for_longest_makes_room()
    {
        var prepared = new PreparedStatements(2, _counters);
        MakeReady(prepared, "a", 1);
        MakeReady(prepared, "b", 2);
        prepared.Use(Key("a"), 0, out _, out _);
        Assert.That(prepared.Use(Key("c"), 0, out _, out var evicted), Is.EqualTo(PreparedUse.Prepare));
        Assert.That(evicted, Is.EqualTo(2));
        Assert.That(prepared.Count, Is.EqualTo(2));
        Assert.That(_counters.Read().Evictions, Is.EqualTo(1));
    }

    [Test]
    public void What_makes_room_before_it_is_answered_is_closed_when_it_is()
    {
        var prepared = new PreparedStatements(1, _counters);
        prepared.Use(Key("a"), 0, out var first, out _);
        prepared.Use(Key("b"), 0, out _, out var evicted);
        Assert.That(evicted, Is.Null);
        Assert.That(prepared.Answered(first!, Ok(1), isTrusted: true), Is.EqualTo(1));
    }

    [Test]
    public void What_was_prepared_under_other_settings_is_closed_and_asked_for_again()
    {
        var prepared = new PreparedStatements(2, _counters);
        prepared.Use(Key("a"), 0, out var statement, out _);
        Assert.That(prepared.Answered(statement!, Ok(1), isTrusted: false), Is.EqualTo(1));
        Assert.That(prepared.Use(Key("a"), 0, out _, out _), Is.EqualTo(PreparedUse.Prepare));
    }

    [Test]
    public void Another_number_of_parameters_than_ours_is_never_executed()
    {
        var prepared = new PreparedStatements(2, _counters);
        prepared.Use(Key("a"), 2, out var statement, out _);
        Assert.That(prepared.Answered(statement!, Ok(1, parameters: 1), isTrusted: true), Is.EqualTo(1));
        Assert.That(prepared.Use(Key("a"), 2, out _, out _), Is.EqualTo(PreparedUse.Text));
    }

    [Test]
    public void What_warns_while_it_is_prepared_runs_as_text_so_that_it_warns_each_time()
    {
        var prepared = new PreparedStatements(2, _counters);
        prepared.Use(Key("a"), 0, out var statement, out _);
        Assert.That(prepared.Answered(statement!, Ok(1) with { Warnings = 1 }, isTrusted: true), Is.EqualTo(1));
        Assert.That(prepared.Use(Key("a"), 0, out _, out _), Is.EqualTo(PreparedUse.Text));
    }

    [Test]
    public void What_is_refused_runs_as_text_and_is_asked_for_again_ever_more_seldom()
    {
        var prepared = new PreparedStatements(2, _counters);
        var texts = 0;
        for (var refusals = 0; refusals < 3; refusals++)
        {
            PreparedStatement? statement;
            for (texts = 0; prepared.Use(Key("a"), 0, out statement, out _) == PreparedUse.Text; texts++)
            {
            }

            prepared.Answered(statement!, null, isTrusted: true);
        }

        Assert.That(texts, Is.EqualTo(31));
    }

    [Test]
    public void A_question_that_was_not_sent_is_asked_again()
    {
        var prepared = new PreparedStatements(2, _counters);
        prepared.Use(Key("a"), 0, out var statement, out _);
        prepared.Withdraw(statement!);
        Assert.That(prepared.Use(Key("a"), 0, out _, out _), Is.EqualTo(PreparedUse.Prepare));
    }

    [Test]
    public void What_the_server_has_lost_is_asked_for_again()
    {
        var prepared = new PreparedStatements(2, _counters);
        MakeReady(prepared, "a", 7);
        prepared.Use(Key("a"), 0, out var statement, out _);
        Assert.That(prepared.Lose(statement!), Is.EqualTo(7));
        Assert.That(prepared.Lose(statement!), Is.Null);
        Assert.That(prepared.Use(Key("a"), 0, out _, out _), Is.EqualTo(PreparedUse.Prepare));
    }

    [Test]
    public void A_second_answer_is_closed()
    {
        var prepared = new PreparedStatements(2, _counters);
        var statement = prepared.Want(Key("a"), 0, out _);
        prepared.Answered(statement, Ok(1), isTrusted: true);
        Assert.That(prepared.Answered(statement, Ok(2), isTrusted: true), Is.EqualTo(2));
        Assert.That(statement.Id, Is.EqualTo(1));
    }

    [Test]
    public void A_reset_forgets_all_and_frees_what_is_under_way()
    {
        var prepared = new PreparedStatements(2, _counters);
        MakeReady(prepared, "a", 1);
        prepared.Use(Key("b"), 0, out var asked, out _);
        prepared.Clear();
        Assert.That(prepared.Answered(asked!, Ok(2), isTrusted: true), Is.Null);
        Assert.That(prepared.Use(Key("a"), 0, out _, out _), Is.EqualTo(PreparedUse.Prepare));
        Assert.That(prepared.Use(Key("b"), 0, out _, out _), Is.EqualTo(PreparedUse.Prepare));
    }

    private static void MakeReady(PreparedStatements prepared, string text, uint id)
    {
        prepared.Use(Key(text), 0, out var statement, out _);
        prepared.Answered(statement!, Ok(id), isTrusted: true);
    }

    private static PreparedOk Ok(uint id, ushort parameters = 0) => new(id, 1, parameters, 0);

    private static PreparedStatementKey Key(string text, string? schema = "a", params ReadOnlySpan<(string Name, string? Value)> variables)
    {
        var travels = SessionVariables.None;
        foreach (var (name, value) in variables)
            travels = travels.With(name, value);
        return new PreparedStatementKey(text, new Settings(schema, travels));
    }
}
