using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class ProbeTests
{
    [Test]
    public async Task Two_signs_of_life_in_one_write_find_out_whether_the_server_pipelines_once_an_endpoint()
    {
        await using var bed = Bed("good");
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.True);
        var pings = bed.Server.Received.Where(IsPing).ToList();
        Assert.That(pings, Has.Count.EqualTo(2));
        Assert.That(pings[0].Segment, Is.EqualTo(pings[1].Segment));
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.True);
        Assert.That(bed.Server.Received.Count(IsPing), Is.EqualTo(2));
    }

    [Test]
    public async Task A_server_that_drops_the_second_command_is_used_one_command_at_a_time()
    {
        await using var bed = Bed("drops");
        bed.Server.DropsAllButFirstOfSegment = true;
        var link = await bed.OpenAsync();
        Assert.That(link.Facts.SupportsPipelining, Is.False);
        Assert.That(bed.Server.ConnectionsAccepted, Is.EqualTo(2));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => link.AskTextAsync($"SELECT {i}", i % 2 == 0 ? "test" : "other"))));
        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));

        // Remembered: no other probe, no other connection.
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.False);
        Assert.That(bed.Server.ConnectionsAccepted, Is.EqualTo(3));
        Assert.That(bed.Server.Received.Count(command => IsPing(command) && !command.IsDropped), Is.EqualTo(1));
        Assert.That(bed.Server.Received.Count(command => command.IsDropped), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_version_at_the_same_endpoint_is_probed_anew()
    {
        // What is remembered of an endpoint with another version has no part.
        await using var bed = Bed("elsewhere");
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.True);
        Assert.That(bed.Server.Received.Count(IsPing), Is.EqualTo(2));
    }

    [TestCase(PipeliningMode.On, ExpectedResult = true)]
    [TestCase(PipeliningMode.Off, ExpectedResult = false)]
    public async Task<bool> A_mode_that_is_given_needs_no_probe(PipeliningMode mode)
    {
        await using var bed = Bed("given", mode);
        var link = await bed.OpenAsync();
        Assert.That(bed.Server.Received.Count(IsPing), Is.Zero);
        Assert.That(await link.AskTextAsync("SELECT 7", "test"), Is.EqualTo("7"));
        return link.Facts.SupportsPipelining;
    }

    [Test]
    public async Task Without_pipelining_nothing_is_sent_before_the_last_answer()
    {
        await using var bed = Bed("off", PipeliningMode.Off);
        var link = await bed.OpenAsync();
        var before = bed.Server.Received.Count;
        var worked = 0;
        var most = 0;
        bed.Server.OnCommand((_, _, _) =>
        {
            most = Math.Max(most, bed.Server.Received.Count - before - worked++);
            return null;
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => link.AskTextAsync($"SELECT {i}", i % 2 == 0 ? "test" : "other"))));
        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}")));
        Assert.That(most, Is.EqualTo(1));
    }

    [TestCase(1)]
    [TestCase(7)]
    public async Task A_probe_may_be_answered_in_pieces(int split)
    {
        await using var bed = Bed($"split {split}");
        bed.Server.SplitWrites = split;
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.True);
    }

    [Test]
    public async Task A_server_that_answers_the_probe_out_of_order_is_used_one_command_at_a_time()
    {
        await using var bed = Bed("skewed");
        bed.Server.OnCommand((session, code, _) => code == CommandCode.Ping && session.ConnectionId == 1 ? FakeReply.Ok().Skewed(1) : null);
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.False);
    }

    private static bool IsPing(ReceivedCommand command) => command.Code == CommandCode.Ping;

    // What the process remembers goes by endpoint and version: each test has a version of its own, for ports come again.
    private static LinkBed Bed(string name, PipeliningMode mode = PipeliningMode.Auto) => new(
        FakeServerOptions.MariaDb with { Version = $"5.5.5-10.11.19-MariaDB-probe-{name}-{Guid.NewGuid():N}" },
        options => options with { Pipelining = mode });
}
