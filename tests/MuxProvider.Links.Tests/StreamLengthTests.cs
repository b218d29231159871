using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>How large an answer is said to be while it comes.</summary>
public sealed class StreamLengthTests
{
    [Test]
    public async Task The_length_of_a_stream_counts_what_came_before_it_was_handed_over()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery("large", FakeReply.Rows([FakeColumn.Text("n"), FakeColumn.Text("x")], Enumerable.Range(0, 400).Select(i => new object?[] { $"{i}", new string('x', 5_000) })));
        var link = await bed.OpenAsync();

        // Hardly more comes than what makes it a stream.
        using var hold = bed.Server.HoldAfter(Streams.Window + 10_000, (int)link.Facts.ServerThread);
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        Assert.That(reply.IsStream, Is.True);
        Assert.That(reply.Length, Is.InRange(Streams.Window, Streams.Window + 11_000));
        hold.Release();
        await reply.NextResultNowAsync();
        await reply.NumbersAsync();
        Assert.That(reply.Length, Is.GreaterThan(400 * 5_000));
    }
}
