using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Pins end by proof, and not by hope.</summary>
[TestFixture]
public sealed class UnpinningTests
{
    [TestCase("CREATE TEMPORARY TABLE x (id INT)", "DROP TEMPORARY TABLE x")]
    [TestCase("CREATE TEMPORARY TABLE x SELECT 1", "DROP TEMPORARY TABLE IF EXISTS `X`")]
    [TestCase("CREATE TEMPORARY TABLE test.x (id INT)", "DROP TEMPORARY TABLE x")]
    [TestCase("PREPARE p FROM 'SELECT 1'", "DEALLOCATE PREPARE p")]
    [TestCase("HANDLER t OPEN AS h", "HANDLER h CLOSE")]
    [TestCase("LOCK TABLES t READ", "UNLOCK TABLES")]
    [TestCase("FLUSH TABLES WITH READ LOCK", "UNLOCK TABLES")]
    [TestCase("SET timestamp = 5", "SET timestamp = DEFAULT")]
    public async Task The_last_one_dropped_ends_the_pin_and_the_session_is_reset(string make, string drop)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, make);
        Assert.That(handle.PinReasons, Is.Not.EqualTo(PinReasons.None));
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(link));
        Assert.That(await rig.Run(handle, drop), Is.SameAs(link));
        Assert.That((handle.PinReasons, handle.ServerThread, link.Recyclings), Is.EqualTo((PinReasons.None, (uint?)null, 1)));
        rig.AssertQuiet();
    }

    [TestCase("PREPARE p FROM 'SELECT 1'", "EXECUTE p", "DEALLOCATE PREPARE p")]
    [TestCase("HANDLER t OPEN", "HANDLER t READ FIRST", "HANDLER t CLOSE")]
    public async Task What_only_uses_it_does_not_prolong_the_pin(string make, string use, string drop)
    {
        using var rig = new Rig();
        rig.Transport.Prepare = link => link.Handler = text => text == "SELECT LAST_INSERT_ID()" ? FakeReply.Scalar(0) : null;
        var handle = await rig.Open();
        await rig.Run(handle, make);
        await rig.Run(handle, use);
        await rig.Run(handle, drop);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [TestCase("CREATE TEMPORARY TABLE x (id INT)", "CREATE TEMPORARY TABLE y (id INT)", "DROP TEMPORARY TABLE x")]
    [TestCase("CREATE TEMPORARY TABLE x (id INT)", "CREATE TEMPORARY TABLE y (id INT); SELECT 1", "DROP TEMPORARY TABLE x, y")]
    [TestCase("PREPARE p FROM 'SELECT 1'", "PREPARE q FROM 'SELECT 2'", "DEALLOCATE PREPARE q")]
    [TestCase("LOCK TABLES t READ", "SELECT 1", "COMMIT")]
    public async Task As_long_as_one_may_be_left_the_pin_stays(string first, string second, string drop)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, first);
        await rig.Run(handle, second);
        await rig.Run(handle, drop);
        Assert.That(handle.PinReasons, Is.Not.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task A_drop_that_failed_proves_nothing()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "CREATE TEMPORARY TABLE x (id INT)");
        await rig.Run(handle, "DROP TEMPORARY TABLE x, y", FakeReply.Error(1051, "42S02", "Unknown table 'y'"));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.TemporaryTable));
    }

    [Test]
    public async Task What_could_not_be_made_does_not_pin()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "CREATE TEMPORARY TABLE x (id NONSENSE)", FakeReply.Error(1064, "42000", "syntax"));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Named_locks_are_counted_by_their_answers()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "SELECT GET_LOCK('a', 1)", FakeReply.Scalar(1));
        await rig.Run(handle, "SELECT GET_LOCK('b', 1)", FakeReply.Scalar(0));
        await rig.Run(handle, "SELECT RELEASE_LOCK('c')", FakeReply.Scalar(0));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.NamedLock));
        await rig.Run(handle, "SELECT RELEASE_LOCK('a')", FakeReply.Scalar(1));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        await rig.Run(handle, "SELECT GET_LOCK('b', 0)", FakeReply.Scalar(0));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None), "a lock that was not granted holds nothing");
    }

    [Test]
    public async Task A_pin_that_was_asked_for_lasts_until_it_is_given_up()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await Rig.Within(handle.PinAsync("a report", default, default).AsTask());
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Requested));
        Assert.That(rig.Multiplexer.ToString(), Does.Contain("Requested 'a report' 1"));
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That(link.Taken[^1].Terms.OnLease, Is.True);
        handle.Unpin();
        Assert.That((handle.PinReasons, handle.ServerThread, link.Recyclings), Is.EqualTo((PinReasons.None, (uint?)null, 0)));
        handle.Unpin();
        rig.AssertQuiet();
    }

    [Test]
    public async Task Pins_are_counted_and_their_first_statement_is_told()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "BEGIN", FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit));
        rig.Pass(2);
        await rig.Run(handle, "COMMIT");
        var pin = rig.Multiplexer.GetStatistics().Pins.Single();
        Assert.That((pin.Reason, pin.Count, pin.Current), Is.EqualTo((PinReasons.Transaction, 1L, 0)));
        Assert.That(pin.TotalDuration, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(2)));
    }
}
