using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What opening a handle costs, and how it fails.</summary>
[TestFixture]
public sealed class OpeningTests
{
    [Test]
    public async Task Openers_of_a_dark_group_all_wait_for_one_attempt()
    {
        using var rig = new Rig(autoOpen: false);
        Handle[] handles = [rig.New(), rig.New("other"), rig.New()];
        var opens = Array.ConvertAll(handles, handle => Rig.StartOpen(handle));
        Assert.That((rig.Transport.OpenAttempts, opens.Any(open => open.IsCompleted)), Is.EqualTo((1, false)));
        Assert.That(rig.Transport.OpenTimeouts[0], Is.EqualTo(TimeSpan.FromSeconds(15)));
        rig.Transport.OpenNext();
        await Rig.Within(Task.WhenAll(opens));
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(1));
        Assert.That(handles.All(handle => handle.IsOpen), Is.True);
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_failed_attempt_fails_all_who_wait_and_the_next_open_tries_again()
    {
        using var rig = new Rig(autoOpen: false);
        var first = rig.New();
        var opens = new[] { Rig.StartOpen(first), Rig.StartOpen(rig.New()), Rig.StartOpen(rig.New()) };
        rig.Transport.FailNext(new LinkException(LinkFailureKind.LoginRefused, Delivery.NotSent, "Access denied."));
        foreach (var open in opens)
            Assert.That((await Rig.Failure<LinkException>(open)).Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
        Assert.That((first.IsOpen, rig.Transport.OpenAttempts), Is.EqualTo((false, 1)));

        var again = Rig.StartOpen(first);
        rig.Pass(0.1);
        rig.Transport.OpenNext();
        await Rig.Within(again);
        Assert.That((first.IsOpen, rig.Transport.OpenAttempts), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task A_warm_open_is_synchronous_and_asks_the_server_nothing()
    {
        using var rig = new Rig();
        await rig.Open();
        var taken = rig.Transport.Links[0].Taken.Count;
        var open = rig.New().OpenAsync(default, default);
        Assert.That(open.IsCompletedSuccessfully, Is.True);
        await open;
        Assert.That(rig.Transport.Links[0].Taken, Has.Count.EqualTo(taken));
    }

    [Test]
    public async Task A_schema_is_tried_once_for_all_handles_with_the_same_host_key()
    {
        using var rig = new Rig();
        await rig.Open();
        Assert.That(rig.Pings, Is.EqualTo(1));
        Assert.That(rig.Transport.Links[0].Taken[0].Terms.Settings, Is.EqualTo(new Settings("test")));
        await rig.Open();
        await Rig.Within(Rig.StartOpen(rig.NewMultiplexer().CreateHandle("test")));
        Assert.That(rig.Pings, Is.EqualTo(1));
        await rig.Open("other");
        Assert.That((rig.Pings, rig.Transport.OpenAttempts), Is.EqualTo((2, 1)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_unknown_schema_fails_with_the_servers_error_and_leaves_nothing()
    {
        using var rig = new Rig();
        rig.Transport.Schemas = new HashSet<string> { "test" };
        var handle = rig.New("nowhere");
        for (var i = 1; i <= 2; i++)
        {
            var failure = await Rig.Failure<LinkException>(Rig.StartOpen(handle));
            Assert.That((failure.Kind, failure.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, 1049)));
            Assert.That((handle.IsOpen, rig.Pings), Is.EqualTo((false, i)), "it is tried every time");
        }

        await rig.Open();
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(1));
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_unknown_schema_without_multiplexing_leaves_no_lease()
    {
        using var rig = new Rig(new MultiplexingOptions { IsEnabled = false });
        rig.Transport.Schemas = new HashSet<string> { "test" };
        var failure = await Rig.Failure<LinkException>(Rig.StartOpen(rig.New("nowhere")));
        Assert.That(failure.ServerError?.Code, Is.EqualTo(1049));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_cancelled_open_lets_its_caller_go_and_the_attempt_goes_on()
    {
        using var rig = new Rig(autoOpen: false);
        using var source = new CancellationTokenSource();
        var handle = rig.New();
        var open = Rig.StartOpen(handle, default, source.Token);
        await source.CancelAsync();
        var cancelled = await Rig.Failure<OperationCanceledException>(open);
        Assert.That((cancelled.CancellationToken, handle.IsOpen), Is.EqualTo((source.Token, false)));
        rig.Transport.OpenNext();
        await rig.Open();
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(1));
        Assert.That(await Rig.Failure<OperationCanceledException>(Rig.StartOpen(rig.New(), default, source.Token)), Is.Not.Null);
    }

    [Test]
    public async Task An_open_ends_at_its_deadline_and_says_what_it_waited_for()
    {
        using var rig = new Rig(autoOpen: false);
        var open = Rig.StartOpen(rig.New(), rig.In(3));
        rig.Pass(2.8);
        Assert.That(open.IsCompleted, Is.False);
        rig.Pass(0.2);
        var failure = await Rig.Failure<LinkException>(open);
        Assert.That((failure.Kind, failure.Delivery), Is.EqualTo((LinkFailureKind.NoLinkAvailable, Delivery.NotSent)));
        Assert.That(failure.Message, Does.Contain("was being opened").And.Contain("Connection Timeout"));
    }

    [Test]
    public async Task An_open_without_deadline_ends_with_the_connection_timeout()
    {
        using var rig = new Rig(new MultiplexingOptions { ConnectionTimeout = TimeSpan.FromSeconds(4) }, autoOpen: false);
        var open = Rig.StartOpen(rig.New());
        rig.Pass(3.8);
        Assert.That(open.IsCompleted, Is.False);
        rig.Pass(0.2);
        Assert.That((await Rig.Failure<LinkException>(open)).Kind, Is.EqualTo(LinkFailureKind.NoLinkAvailable));
    }

    [Test]
    public async Task The_try_of_a_schema_ends_at_its_deadline()
    {
        using var rig = new Rig();
        rig.Transport.Prepare = link => link.AnswersPings = false;
        var handle = rig.New();
        var open = Rig.StartOpen(handle, rig.In(3));
        rig.Pass(3);
        await Rig.Failure<StatementAbandonedException>(open);
        Assert.That(handle.IsOpen, Is.False);
        rig.Transport.Links[0].CompleteAll();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_link_that_goes_before_the_try_of_a_schema_was_sent_is_replaced()
    {
        using var rig = new Rig();
        rig.Transport.Prepare = link => (link.AnswersPings, link.Sends) = (false, false);
        var open = Rig.StartOpen(rig.New());
        rig.Transport.Prepare = null;
        rig.Transport.Links[0].Break();
        await Rig.Within(open);
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(2));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Handles_without_schema_use_links_of_their_own()
    {
        using var rig = new Rig();
        var with = await rig.Open();
        var without = await rig.Open(schema: null);
        Assert.That((rig.Transport.OpenAttempts, rig.Pings, rig.Multiplexer.LinkCount), Is.EqualTo((2, 1, 2)));
        var links = new[] { await rig.Run(with, "SELECT 1"), await rig.Run(without, "SELECT 2") };
        Assert.That(links, Is.EqualTo(rig.Transport.Links));
        Assert.That(links[1].Settings, Is.EqualTo(Settings.None));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Without_multiplexing_every_handle_keeps_a_lease_that_is_used_again()
    {
        using var rig = new Rig(new MultiplexingOptions { IsEnabled = false });
        var first = await rig.Open();
        var second = await rig.Open();
        Assert.That((first.PinReasons, second.PinReasons), Is.EqualTo((PinReasons.MultiplexingOff, PinReasons.MultiplexingOff)));
        Assert.That((first.ServerThread, second.ServerThread), Is.EqualTo((1, 2)));
        var link = await rig.Run(first, "SELECT 1");
        Assert.That(link.Taken[^1].Terms.OnLease, Is.True);
        first.Close();
        var third = await rig.Open();
        Assert.That((third.ServerThread, rig.Transport.OpenAttempts), Is.EqualTo((1, 2)));
        Assert.That(link.Recyclings, Is.Zero, "a query leaves nothing behind");
        second.Close();
        third.Close();
        rig.AssertQuiet();
    }

    [Test]
    public async Task Links_that_cannot_be_shared_are_leased()
    {
        using var rig = new Rig();
        rig.Transport.Facts = rig.Transport.Facts with { CanBeShared = false };
        var first = await rig.Open();
        var second = await rig.Open();
        Assert.That((first.ServerThread, second.ServerThread, rig.Transport.OpenAttempts), Is.EqualTo((1, 2, 2)));
        Assert.That(rig.Transport.Links.Any(link => link.IsShared), Is.False);
        first.Close();
        second.Close();
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_open_handle_cannot_be_opened_and_a_closed_one_runs_nothing()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Assert.That(() => Rig.StartOpen(handle), Throws.InvalidOperationException);
        handle.Close();
        Assert.That(() => Rig.Start(handle, "SELECT 1"), Throws.InvalidOperationException);
        await Rig.Within(Rig.StartOpen(handle));
        Assert.That(handle.IsOpen, Is.True);
    }
}
