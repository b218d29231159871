using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Session variables travel with their handle, and cost the server one question in the life of a program.</summary>
[TestFixture]
public sealed class TravellingSettingsTests
{
    private const string Utc = "SET time_zone = '+00:00'";
    private static readonly FakeReply s_changed = FakeReply.Ok(track: SessionTrack.Empty.StateChange());

    [Test]
    public async Task The_first_SET_of_a_value_runs_alone_and_then_the_handle_floats_with_it()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, Utc, s_changed);
        Assert.That(link.Taken[^1].Terms.OnLease, Is.True);
        Assert.That(link.Taken[^1].Terms.Leaves!.Variables.ToString(), Is.EqualTo("time_zone='+00:00'"));
        Assert.That((handle.PinReasons, handle.ServerThread), Is.EqualTo((PinReasons.None, (uint?)null)));

        var shared = await rig.Run(handle, "SELECT NOW()");
        Assert.That(shared.Taken[^1].Terms.OnLease, Is.False);
        Assert.That(shared.Taken[^1].Terms.Settings!.Variables["time_zone"], Is.EqualTo("'+00:00'"));
        Assert.That(shared.Taken[^1].Terms.Settings!.Schema, Is.EqualTo("test"));
        Assert.That(link.Recyclings, Is.Zero, "a session with settings needs no reset");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_value_that_was_taken_once_costs_later_handles_nothing()
    {
        using var rig = new Rig();
        await rig.Run(await rig.Open(), Utc, s_changed);
        var sent = rig.Transport.Links.Sum(link => link.Taken.Count);
        var handle = await rig.Open();
        (await Rig.Within(Rig.Start(handle, Utc))).Dispose();
        Assert.That(rig.Transport.Links.Sum(link => link.Taken.Count), Is.EqualTo(sent));
        Assert.That(rig.Multiplexer.GetStatistics().LocalAnswers, Is.EqualTo(1));

        var shared = await rig.Run(handle, "SELECT 1");
        Assert.That(shared.Taken[^1].Terms.Settings!.Variables["time_zone"], Is.EqualTo("'+00:00'"));
    }

    [TestCase(1, 0)]
    [TestCase(0, 1231)]
    public async Task A_value_with_a_warning_or_an_error_is_asked_for_again(int warnings, int error)
    {
        using var rig = new Rig();
        var answer = error == 0 ? FakeReply.Ok(warnings: (ushort)warnings) : FakeReply.Error((ushort)error, "42000", "no such value");
        await rig.Run(await rig.Open(), Utc, answer);
        await rig.Run(await rig.Open(), Utc, answer);
    }

    [Test]
    public async Task A_SET_that_fails_changes_nothing()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, Utc, FakeReply.Error(1298, "HY000", "Unknown or incorrect time zone"));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        var shared = await rig.Run(handle, "SELECT 1");
        Assert.That(shared.Taken[^1].Terms.Settings!.Variables.Count, Is.Zero);
    }

    [Test]
    public async Task A_reopened_handle_begins_without_settings()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, Utc, s_changed);
        handle.Close();
        await Rig.StartOpen(handle);
        var shared = await rig.Run(handle, "SELECT 1");
        Assert.That(shared.Taken[^1].Terms.Settings!.Variables.Count, Is.Zero);
    }

    [Test]
    public async Task DEFAULT_takes_a_setting_back()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, Utc, s_changed);
        await rig.Run(handle, "SET time_zone = DEFAULT", s_changed);
        var shared = await rig.Run(handle, "SELECT 1");
        Assert.That(shared.Taken[^1].Terms.Settings!.Variables.Count, Is.Zero);
    }

    [Test]
    public async Task A_value_that_is_no_literal_is_asked_for_behind_the_SET()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var task = Rig.Start(handle, "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
        var link = await rig.Waiting("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')", task);
        link.CompleteNext(s_changed);
        await rig.Waiting("SELECT @@SESSION.sql_mode", task);
        link.CompleteNext(FakeReply.Scalar("STRICT_TRANS_TABLES,ANSI_QUOTES"));
        (await Rig.Within(task)).Dispose();

        Assert.That(handle.Parse("SELECT \"a\"").Traits.Placement, Is.EqualTo(Placement.Float));
        var shared = await rig.Run(handle, "SELECT 1");
        Assert.That(shared.Taken[^1].Terms.Settings!.Variables["sql_mode"], Is.EqualTo("'STRICT_TRANS_TABLES,ANSI_QUOTES'"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Texts_are_cut_under_the_handles_own_sql_mode()
    {
        using var rig = new Rig();
        var (ansi, plain) = (await rig.Open(), await rig.Open());
        await rig.Run(ansi, "SET sql_mode = 'ANSI_QUOTES'", s_changed);
        const string text = "SELECT \"GET_LOCK\"('a', 1)";
        Assert.That(ansi.Parse(text).Traits.PinReasons, Is.EqualTo(PinReasons.NamedLock));
        Assert.That(plain.Parse(text).Traits.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Several_statements_of_which_one_fails_leave_the_session_as_it_is()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        const string text = "SET time_zone = '+00:00'; SELECT nothing; SET sql_safe_updates = 1";
        var task = Rig.Start(handle, text);
        var link = await rig.Waiting(text, task);
        link.CompleteNext(FakeReply.Several(s_changed, FakeReply.Error(1054, "42S22", "Unknown column")));
        (await Rig.Within(task)).Dispose();
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.SessionVariable));

        // The session has the first setting and not the second: it is used as it is.
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(link));
        Assert.That(link.Taken[^1].Terms.Settings, Is.Null);
        handle.Close();
        Assert.That(link.Recyclings, Is.EqualTo(1));
    }

    [Test]
    public async Task Within_a_transaction_a_setting_is_set_on_the_lease_and_travels_from_it()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);
        var link = await rig.Run(handle, "BEGIN", inTransaction);
        Assert.That(await rig.Run(handle, Utc, inTransaction), Is.SameAs(link));
        await rig.Run(handle, "COMMIT");
        var shared = await rig.Run(handle, "SELECT 1");
        Assert.That(shared, Is.Not.SameAs(link));
        Assert.That(shared.Taken[^1].Terms.Settings!.Variables["time_zone"], Is.EqualTo("'+00:00'"));
    }

    [Test]
    public async Task SET_TRANSACTION_waits_for_the_transaction_it_is_meant_for()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        (await Rig.Within(Rig.Start(handle, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))).Dispose();
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        var link = await rig.Run(handle, "START TRANSACTION", FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit));
        Assert.That(link.Taken[^1].Terms.Before, Is.EqualTo("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
        await rig.Run(handle, "COMMIT");
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, 0)));
    }

    [Test]
    public async Task SET_TRANSACTION_that_another_statement_may_have_used_up_pins()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        (await Rig.Within(Rig.Start(handle, "SET TRANSACTION READ ONLY"))).Dispose();
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That((link.Taken[^1].Terms.Before, link.Taken[^1].Terms.OnLease), Is.EqualTo(("SET TRANSACTION READ ONLY", true)));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.NextTransaction));
        handle.Close();
        Assert.That(link.Recyclings, Is.EqualTo(1));
    }

    [Test]
    public async Task USE_of_a_known_schema_costs_nothing_and_of_an_unknown_one_is_asked_for_once()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Open("other");
        var sent = Sent(rig);
        (await Rig.Within(Rig.Start(handle, "USE other"))).Dispose();
        Assert.That((handle.Schema, Sent(rig)), Is.EqualTo(("other", sent)));
        await rig.Run(handle, "USE `third`", FakeReply.Ok(track: SessionTrack.Empty.Schema("third").StateChange()));
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("third", PinReasons.None)));
        sent = Sent(rig);
        (await Rig.Within(Rig.Start(await rig.Open(), "USE third"))).Dispose();
        Assert.That(Sent(rig), Is.EqualTo(sent));
    }

    [Test]
    public async Task USE_of_a_schema_that_is_not_there_changes_nothing()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "USE nowhere", FakeReply.Error(1049, "42000", "Unknown database 'nowhere'"));
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("test", PinReasons.None)));
        await rig.Run(handle, "USE nowhere", FakeReply.Error(1049, "42000", "Unknown database 'nowhere'"));
    }

    [Test]
    public async Task After_a_schema_was_dropped_names_are_tried_again()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Open("other");
        await rig.Run(handle, "DROP DATABASE third");
        await rig.Run(handle, "USE other", FakeReply.Ok(track: SessionTrack.Empty.Schema("other").StateChange()));
        Assert.That(handle.Schema, Is.EqualTo("other"));
    }

    private static int Sent(Rig rig) => rig.Transport.Links.Sum(link => link.Taken.Count);
}
