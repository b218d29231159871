using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class PipeliningTests
{
    [TestCase(PipeliningMode.On)]
    [TestCase(PipeliningMode.Off)]
    public async Task A_thousand_statements_of_many_tasks_each_get_their_own_answer(PipeliningMode mode)
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode });
        bed.Server.OnQuery(text => text.StartsWith("fail ", StringComparison.Ordinal) ? FakeReply.Error((ushort)(2000 + int.Parse(text[5..])), "45000", text) : null);
        var link = await bed.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(task => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var number = task * 50 + i;
                if (number % 7 == 3)
                    Assert.That(await link.AskTextAsync($"fail {number}"), Is.EqualTo($"error {2000 + number}"));
                else
                    Assert.That(await link.AskTextAsync($"SELECT {number}"), Is.EqualTo($"{number}"));
            }
        })));
        Assert.That(link.Depth, Is.Zero);
    }

    [Test]
    public async Task Statements_are_sent_in_the_order_in_which_they_were_taken()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        var texts = Enumerable.Range(0, 500).Select(i => $"SELECT {i}").ToList();
        var replies = texts.ConvertAll(text => link.Ask(text));
        for (var i = 0; i < replies.Count; i++)
        {
            Assert.That(await replies[i].Text(), Is.EqualTo($"{i}"));
            replies[i].Dispose();
        }

        Assert.That(bed.Server.Queries.TakeLast(500), Is.EqualTo(texts));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Never_more_than_the_most_are_in_flight_and_the_rest_follows_when_there_is_room(bool blocked)
    {
        const int most = 4;
        await using var bed = new LinkBed(change: options => options with { MaxDepth = most });
        var link = await bed.OpenAsync();
        var reached = CountInFlight(bed.Server, text => text.Length > 0 ? 1 : 0);
        using var hold = bed.Server.Hold("SELECT 1");
        var answers = Start(link, blocked, Enumerable.Range(1000, 30).Select(i => $"SELECT {i}"));
        await bed.Server.WaitForCommandsAsync(most, command => command.Text.StartsWith("SELECT 1", StringComparison.Ordinal));
        hold.Release();
        Assert.That((await Task.WhenAll(answers).WaitAsync(Guard.Time)).Order(), Is.EqualTo(Enumerable.Range(1000, 30).Select(i => $"{i}")));
        Assert.That(reached(), Is.LessThanOrEqualTo(most), "that so many were in flight at once the wait above has proven");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Never_more_bytes_than_the_most_are_in_flight(bool blocked)
    {
        // With its header and command a statement of 295 characters has 300 bytes.
        await using var bed = new LinkBed(change: options => options with { MaxUnansweredBytes = 1000 });
        bed.Server.OnQuery(text => text.StartsWith("long ", StringComparison.Ordinal) ? FakeReply.Scalar(text[5..9]) : null);
        var link = await bed.OpenAsync();
        var reached = CountInFlight(bed.Server, text => text.Length + 5);
        using var hold = bed.Server.Hold("long ");
        var answers = Start(link, blocked, Enumerable.Range(1000, 20).Select(i => $"long {i}".PadRight(295)));
        await bed.Server.WaitForCommandsAsync(3, command => command.Text.StartsWith("long ", StringComparison.Ordinal));
        hold.Release();
        await Task.WhenAll(answers).WaitAsync(Guard.Time);
        Assert.That(reached(), Is.EqualTo(900));
    }

    [Test]
    public async Task A_request_larger_than_the_most_bytes_travels_alone()
    {
        await using var bed = new LinkBed(change: options => options with { MaxUnansweredBytes = 1000 });
        bed.Server.OnQuery(text => text.StartsWith("huge", StringComparison.Ordinal) ? FakeReply.Scalar("huge") : null);
        var link = await bed.OpenAsync();
        var reached = CountInFlight(bed.Server, _ => 1);
        using var hold = bed.Server.Hold("huge");
        using var huge = link.Ask("huge".PadRight(5000));
        using var small = link.Ask("SELECT 1");
        await bed.Server.WaitForCommandsAsync(1, command => command.Text.StartsWith("huge", StringComparison.Ordinal));
        hold.Release();
        Assert.That((await huge.Text(), await small.Text(), reached()), Is.EqualTo(("huge", "1", 1)));
    }

    [Test]
    public async Task Statements_that_gather_while_the_link_is_busy_share_a_segment()
    {
        await using var bed = new LinkBed(change: options => options with { MaxDepth = 1 });
        var link = await bed.OpenAsync();
        await using var wide = new LinkBed();
        var pipelined = await wide.OpenAsync();
        using var hold = wide.Server.Hold("SELECT 0");
        var first = pipelined.Ask("SELECT 0");
        await wide.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 0");
        var replies = Enumerable.Range(1, 100).Select(i => pipelined.Ask($"SELECT {i}")).ToList();
        await wide.Server.WaitForCommandsAsync(101, IsSelectNumber);
        hold.Release();
        foreach (var reply in replies.Prepend(first))
        {
            await reply.Over();
            reply.Dispose();
        }

        var segments = wide.Server.Received.Where(IsSelectNumber).Select(command => command.Segment).Distinct().Count();
        Assert.That(segments, Is.LessThan(100));
        Assert.That(await link.AskTextAsync("SELECT 5"), Is.EqualTo("5"));
    }

    [Test]
    public async Task A_large_request_and_a_large_answer_pass_each_other()
    {
        // The server reads nothing while it answers, so who only writes would stand still for ever.
        await using var bed = new LinkBed(FakeServerOptions.MariaDb with { ReadsEagerly = false, SocketBufferSize = 4096 });
        var cell = new string('y', 100_000);
        bed.Server.OnQuery(text => text.StartsWith("big", StringComparison.Ordinal) ? FakeReply.Scalar(cell) : null);
        var link = await bed.OpenAsync();
        var replies = Enumerable.Range(0, 60).Select(i => link.Ask($"big {i}".PadRight(20_000))).ToList();
        foreach (var reply in replies)
        {
            Assert.That((await reply.Text())?.Length, Is.EqualTo(cell.Length));
            reply.Dispose();
        }
    }

    [Test]
    public async Task A_statement_that_the_server_would_not_take_is_refused_before_it_is_sent()
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb.WithVariables(("max_allowed_packet", "1024")));
        var link = await bed.OpenAsync();
        var before = bed.Server.Received.Count;
        var refusal = Assert.Throws<LinkException>(() => link.Ask("x".PadRight(1023)))!;
        Assert.That((refusal.Kind, refusal.Delivery), Is.EqualTo((LinkFailureKind.PacketTooLarge, Delivery.NotSent)));
        Assert.That(refusal.Message, Does.Contain("max_allowed_packet"));
        Assert.That((bed.Server.Received.Count, link.Depth), Is.EqualTo((before, 0)));
        using var fits = link.Ask("x".PadRight(1022));
        Assert.That(await fits.Text(), Is.EqualTo("error 1064"));
    }

    [Test]
    public async Task A_value_that_cannot_be_encoded_is_the_caller_s_fault_alone()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        var statement = new Statement(new StatementText("SELECT ?", [new ParameterMarker(7, 1, null, false)]));
        statement.Reset(statement.Text);
        statement.Bind(new Uri("http://localhost"));
        Assert.That(() => link.Submit(statement, Asking.Terms()), Throws.InstanceOf<NotSupportedException>().Or.InstanceOf<ArgumentException>());
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
        Assert.That(link.Depth, Is.Zero);
    }

    [Test]
    public async Task Depth_and_wait_are_told()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        Assert.That(link.Depth, Is.EqualTo(2));
        Assert.That(link.EstimatedWait, Is.GreaterThan(TimeSpan.Zero));
        hold.Release();
        await second.Over();
        Assert.That((link.Depth, link.EstimatedWait), Is.EqualTo((0, TimeSpan.Zero)));
    }

    private static bool IsSelectNumber(ReceivedCommand command) =>
        command.Text.StartsWith("SELECT ", StringComparison.Ordinal) && char.IsDigit(command.Text[^1]);

    private static List<Task<string?>> Start(ILink link, bool blocked, IEnumerable<string> texts) =>
        [.. texts.Select(text => blocked
            ? Task.Factory.StartNew(() => link.AskBlocked(text), TaskCreationOptions.LongRunning)
            : link.AskTextAsync(text))];

    // While the server works at a query, all that came and was not answered is in flight: the most of it, measured as asked.
    private static Func<int> CountInFlight(FakeServer server, Func<string, int> size)
    {
        var before = server.Received.Count;
        var answered = 0;
        var most = 0;
        server.OnQuery(text =>
        {
            var inFlight = server.Received.Skip(before).Sum(command => size(command.Text)) - answered;
            answered += size(text);
            most = Math.Max(most, inFlight);
            return null;
        });

        return () => most;
    }
}
