using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What stands between client and server and takes one command at a time, each in a way of its own.</summary>
public sealed class MiddleboxTests
{
    public enum Manner
    {
        /// <summary>Answers the first of two commands and forgets the second.</summary>
        OneAnswerForTwo,

        /// <summary>Answers nothing at all.</summary>
        Hang,

        /// <summary>Closes the connection.</summary>
        Disconnect,

        /// <summary>Numbers the second answer as if it went on with the first.</summary>
        NumbersOn,

        /// <summary>Refuses the second command.</summary>
        Refuse,

        /// <summary>Answers once more than it was asked.</summary>
        ThreeAnswersForTwo,
    }

    [Test]
    public async Task Whatever_breaks_two_commands_at_once_is_used_one_command_at_a_time([Values] Manner manner)
    {
        await using var bed = Bed(manner.ToString());
        Break(bed.Server, manner);
        var link = await bed.OpenAsync();
        Assert.That(link.Facts.SupportsPipelining, Is.False);
        Assert.That(bed.Server.ConnectionsAccepted, Is.EqualTo(2));
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => link.AskTextAsync($"SELECT {i}", i % 2 == 0 ? "test" : "other"))));
        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 30).Select(i => $"{i}")));

        // Remembered: the next link is opened at once.
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.False);
        Assert.That(bed.Server.ConnectionsAccepted, Is.EqualTo(3));
    }

    [Test]
    public async Task What_breaks_pipelining_where_it_worked_before_is_found_out_by_the_link_after_next()
    {
        await using var bed = Bed("later");
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.True);
        bed.Server.DropsAllButFirstOfSegment = true;

        // What is remembered is believed, so this one waits for answers in vain.
        var failure = await bed.FailToOpenAsync(TimeSpan.FromMilliseconds(500));
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.TimedOut));
        var link = await bed.OpenAsync();
        Assert.That(link.Facts.SupportsPipelining, Is.False);
        Assert.That(await link.AskTextAsync("SELECT 7"), Is.EqualTo("7"));
    }

    [Test]
    public async Task A_link_that_goes_out_of_step_has_the_next_one_probe_again()
    {
        await using var bed = Bed("out of step");
        var link = await bed.OpenAsync();
        Assert.That(Pings(bed.Server), Is.EqualTo(2));
        using var hold = bed.Server.Hold("SELECT 1");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        await hold.WaitUntilHeldAsync();
        bed.Server.SkipSequence();
        hold.Release();
        Assert.That(await first.Text(), Is.EqualTo("failed: Protocol, Sent"));
        Assert.That((await bed.Watcher.Closed)!.Message, Does.Contain("Packet 2 came where packet 1 was expected"));
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.True);
        Assert.That(Pings(bed.Server), Is.EqualTo(4));
    }

    [TestCase(Manner.NumbersOn, LinkFailureKind.Protocol)]
    [TestCase(Manner.Disconnect, LinkFailureKind.Unreachable)]
    [TestCase(Manner.Hang, LinkFailureKind.TimedOut)]
    [TestCase(Manner.OneAnswerForTwo, LinkFailureKind.TimedOut)]
    public async Task Pipelining_that_is_asked_for_and_does_not_work_ends_in_a_failure_that_says_so(Manner manner, LinkFailureKind kind)
    {
        await using var bed = Bed($"forced {manner}", PipeliningMode.On);
        Break(bed.Server, manner, CommandCode.Query);
        var failure = await bed.FailToOpenAsync(kind == LinkFailureKind.TimedOut ? TimeSpan.FromMilliseconds(500) : null);
        Assert.That(failure.Kind, Is.EqualTo(kind));
        Assert.That(failure.Message, Does.Contain("Pipelining=true"));
    }

    private static void Break(FakeServer server, Manner manner, CommandCode which = CommandCode.Ping)
    {
        if (manner == Manner.OneAnswerForTwo)
        {
            server.DropsAllButFirstOfSegment = true;
            return;
        }

        var seen = 0;
        server.OnCommand((session, code, _) =>
        {
            if (code != which || session.ConnectionId > 1)
                return null;
            var isFirst = seen++ == 0;
            return manner switch
            {
                Manner.Hang => FakeReply.Nothing,
                Manner.Disconnect => FakeReply.Close,
                Manner.NumbersOn when !isFirst => FakeReply.Ok().Skewed(1),
                Manner.Refuse when !isFirst => FakeReply.Error(1047, "08S01", "Unknown command"),
                Manner.ThreeAnswersForTwo when isFirst => FakeReply.Raw([.. Ok(), .. Ok(), .. Ok()]),
                Manner.ThreeAnswersForTwo => FakeReply.Nothing,
                _ => null,
            };
        });
    }

    private static byte[] Ok() => [7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];

    private static int Pings(FakeServer server) => server.Received.Count(command => command.Code == CommandCode.Ping);

    // What the process remembers goes by endpoint and version: each test has a version of its own, for ports come again.
    private static LinkBed Bed(string name, PipeliningMode mode = PipeliningMode.Auto) => new(
        FakeServerOptions.MariaDb with { Version = $"5.5.5-10.11.19-MariaDB-middlebox-{name}-{Guid.NewGuid():N}" },
        options => options with { Pipelining = mode });
}
