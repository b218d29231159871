using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>How a program sees what its connections do with links.</summary>
internal sealed class InsightTests : StateFixture
{
    [TestCase("SELECT id FROM {t}", Placement.Float, PinReasons.None, "Floats")]
    [TestCase("SET @x = 1", Placement.Pin, PinReasons.UserVariable, "Pins")]
    [TestCase("CREATE TEMPORARY TABLE x (i INT)", Placement.Pin, PinReasons.TemporaryTable, "TEMPORARY")]
    [TestCase("COMMIT RELEASE", Placement.Reject, PinReasons.Transaction, "Refused")]
    public async Task A_statement_is_explained_as_it_then_runs(string text, Placement placement, PinReasons reasons, string contained)
    {
        var sent = Few.GetStatistics().FloatingStatements;
        var explained = Few.Explain(Fill(text));
        Assert.That(Few.GetStatistics().FloatingStatements, Is.EqualTo(sent), "nothing is sent");
        Assert.That((explained.Placement, explained.PinReasons), Is.EqualTo((placement, reasons)));
        Assert.That(explained.Description, Does.Contain(contained));

        var answer = await AnswerAsync(Owner, text);
        Assert.That(answer == "refused", Is.EqualTo(placement == Placement.Reject));
        Assert.That(Owner.PinReasons, Is.EqualTo(placement == Placement.Pin ? reasons : PinReasons.None));
    }

    [Test]
    public async Task Changes_of_what_pins_are_told_once_each()
    {
        var told = new List<(PinReasons, PinReasons)>();
        Owner.PinChanged += (_, e) => told.Add((e.Before, e.Now));
        await RunAllAsync(Owner, "SELECT 1;; START TRANSACTION;; SELECT 1;; CREATE TEMPORARY TABLE mine (id INT);; COMMIT;; DROP TEMPORARY TABLE mine");
        Assert.That(told, Is.EqualTo(new[]
        {
            (PinReasons.None, PinReasons.Transaction),
            (PinReasons.Transaction, PinReasons.Transaction | PinReasons.TemporaryTable),
            (PinReasons.Transaction | PinReasons.TemporaryTable, PinReasons.TemporaryTable),
            (PinReasons.TemporaryTable, PinReasons.None),
        }));
    }

    [Test]
    public async Task A_link_can_be_asked_for_and_given_back()
    {
        await Owner.PinAsync("a report that must see one snapshot of the link");
        AssertPinned(Owner, PinReasons.Requested);
        var thread = Owner.ServerThread;
        Assert.That(await Owner.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.EqualTo(thread));
        await AnswerAsync(Neighbour, "SELECT 1");
        Assert.That(await Owner.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.EqualTo(thread));
        Owner.Unpin();
        AssertFloats(Owner);
        Assert.That(Few.GetStatistics().Pins.Single(static pin => pin.Reason == PinReasons.Requested).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Messages_reach_who_listens_and_nobody_else()
    {
        var heard = new List<int>();
        var theirs = 0;
        Owner.InfoMessage += (_, e) => heard.AddRange(e.Errors.Select(static error => error.Code));
        Neighbour.InfoMessage += (_, _) => theirs++;
        await Until.Ends(Task.WhenAll(
            Owner.RunAsync(Fill("INSERT IGNORE INTO {t} VALUES (1, 'twice')")),
            Neighbour.RunAsync(Fill("UPDATE {t} SET name = 'y' WHERE id = 99"))));
        Assert.That(heard, Is.EqualTo(new[] { 1062 }));
        Assert.That(theirs, Is.Zero);
    }

    [Test]
    public async Task Statistics_count_what_handles_did()
    {
        var before = Few.GetStatistics();
        await RunAllAsync(Owner, "SELECT 1;; SELECT id FROM {t};; COMMIT;; START TRANSACTION;; SELECT 1;; ROLLBACK;; SET @x = 1");
        await RefusalOf(Owner, "COMMIT RELEASE");
        await Owner.CloseAsync();
        var after = Few.GetStatistics();
        Assert.That(after.FloatingStatements - before.FloatingStatements, Is.EqualTo(2));
        Assert.That(after.LocalAnswers - before.LocalAnswers, Is.EqualTo(1));
        Assert.That(after.LeasedStatements - before.LeasedStatements, Is.EqualTo(4));
        Assert.That(after.Rejections - before.Rejections, Is.EqualTo(1));
        Assert.That(after.Pins.Select(static pin => (pin.Reason, pin.Count, pin.Current)), Is.EqualTo(new[] { (PinReasons.Transaction, 1L, 0), (PinReasons.UserVariable, 1L, 0) }));
        Assert.That(after.Links, Is.InRange(1, 4));
    }
}
