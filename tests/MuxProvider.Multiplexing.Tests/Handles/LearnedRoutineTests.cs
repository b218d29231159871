using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What routines do to the session is seen from their replies, and learned.</summary>
[TestFixture]
public sealed class LearnedRoutineTests
{
    private const string Function = "SELECT my_function(1)";
    private static readonly FakeReply s_changed = FakeReply.Ok(track: SessionTrack.Empty.StateChange());

    [Test]
    public async Task A_call_that_leaves_nothing_pins_nothing_and_its_link_is_reset_all_the_same()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "CALL p()");
        Assert.That((link.Taken[0].Terms.OnLease, link.Taken[0].Terms.Probes & Probes.Status), Is.EqualTo((true, Probes.Status)));
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, 1)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_call_that_changed_the_session_pins_and_the_session_is_used_as_it_is()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "CALL p()", s_changed);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Routine));
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(link));
        Assert.That(link.Taken[^1].Terms.Settings, Is.Null);
        handle.Close();
        Assert.That(link.Recyclings, Is.EqualTo(1));
    }

    [TestCase("10.11.19-MariaDB", true)]
    [TestCase("9.7.4", false)]
    public async Task A_call_that_failed_pins_where_the_server_does_not_say_what_it_changed(string version, bool pins)
    {
        using var rig = new Rig();
        rig.Transport.Facts = rig.Transport.Facts with { ServerVersion = ServerVersion.Parse(version) };
        var handle = await rig.Open();
        await rig.Run(handle, "CALL p()", FakeReply.Error(1644, "45000", "signalled") with { StatusAfter = default(ReplyEvidence) });
        Assert.That(handle.PinReasons, Is.EqualTo(pins ? PinReasons.Routine : PinReasons.None));
        await rig.Run(await rig.Open(), "CALL nowhere()", FakeReply.Error(1305, "42000", "does not exist"));
    }

    [Test]
    public async Task A_function_floats_once_it_was_seen_to_leave_nothing()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Assert.That(Last(await rig.Run(handle, Function)).OnLease, Is.True);
        Assert.That(Last(await rig.Run(handle, "SELECT my_function(2)")).OnLease, Is.False);

        // Whoever defines something may have defined the function anew.
        await rig.Run(handle, "CREATE TABLE x (id INT)");
        Assert.That(Last(await rig.Run(handle, Function)).OnLease, Is.True);
    }

    [Test]
    public async Task A_function_that_changed_the_session_pins_now_and_whenever_it_runs()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, Function, s_changed);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Routine));
        var other = await rig.Open();
        await rig.Run(other, "SELECT my_function(2)");
        Assert.That(other.PinReasons, Is.EqualTo(PinReasons.Routine));
        Assert.That(rig.Multiplexer.GetStatistics().LeakAlarms, Is.Zero);
    }

    [Test]
    public async Task A_surprise_is_an_alarm_once_and_then_known()
    {
        using var rig = new Rig();
        var watcher = new Watcher();
        rig.Multiplexer.Observer = watcher;
        var handle = await rig.Open();
        const string text = "INSERT INTO with_trigger VALUES (1)";
        await rig.Run(handle, text, s_changed.AsSurprise());
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Evidence));
        Assert.That(watcher.Alarms, Is.EqualTo(new[] { "INSERT INTO with_trigger VALUES (...)" }));
        Assert.That(rig.Multiplexer.GetStatistics().LeakAlarms, Is.EqualTo(1));

        var other = await rig.Open();
        var link = await rig.Run(other, "INSERT INTO with_trigger VALUES (2)", s_changed);
        Assert.That((link.Taken[^1].Terms.OnLease, other.PinReasons & PinReasons.Routine), Is.EqualTo((true, PinReasons.Routine)));
        Assert.That(rig.Multiplexer.GetStatistics().LeakAlarms, Is.EqualTo(1));
    }

    [Test]
    public async Task Routines_that_are_not_trusted_pin()
    {
        using var rig = new Rig(new MultiplexingOptions { TrustsRoutines = false });
        var handle = await rig.Open();
        await rig.Run(handle, "CALL p()");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Routine));
    }

    [Test]
    public async Task Bodies_that_were_read_say_what_pins_and_what_floats()
    {
        using var rig = new Rig(new MultiplexingOptions { ScansRoutines = true });
        rig.Transport.Prepare = link => link.Handler = text => text switch
        {
            _ when text.Contains("PARAMETERS", StringComparison.Ordinal) => FakeReply.Rows(["s", "p"], ["harmless", "a"]),
            _ when text.Contains("ROUTINES", StringComparison.Ordinal) => FakeReply.Rows(
                ["n", "d", "m", "s"],
                ["LOCKS", "BEGIN DO GET_LOCK('a', 1); END", "", "locks"],
                ["CALLS", "BEGIN CALL locks(); END", "", "calls"],
                ["HARMLESS", "RETURN a + 1", "", "harmless"]),
            _ when text.Contains("TRIGGERS", StringComparison.Ordinal) => FakeReply.Rows(["t", "a", "m"], ["WATCHED", "SET @x = NEW.id", ""]),
            _ => null,
        };

        foreach (var (text, pins) in new[]
        {
            ("CALL locks()", true), ("CALL calls()", true), ("INSERT INTO watched VALUES (1)", true),
            ("SELECT harmless(1)", false), ("INSERT INTO other VALUES (1)", false),
        })
        {
            var handle = await rig.Open();
            var link = await rig.Run(handle, text);
            Assert.That((link.Taken[^1].Terms.OnLease || pins, handle.PinReasons), Is.EqualTo((pins, pins ? PinReasons.Routine : PinReasons.None)), text);
        }
    }

    // Its link may have been reset behind it.
    private static Terms Last(FakeLink link) => link.Taken.Last(request => request.Kind == FakeRequestKind.Statement).Terms;

    private sealed class Watcher : IMultiplexerObserver
    {
        public List<string> Alarms { get; } = [];

        public void OnFirstPin(PinReasons reason, string digest)
        {
        }

        public void OnLeakAlarm(string digest) => Alarms.Add(digest);
    }
}
