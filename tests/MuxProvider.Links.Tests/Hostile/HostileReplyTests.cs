using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Servers that mean no good once a link is open.</summary>
public sealed class HostileReplyTests
{
    // One link for so many packets of the decoders' own fuzz.
    private static readonly int s_links = int.TryParse(Environment.GetEnvironmentVariable("MUX_FUZZ"), out var count) ? Math.Max(1, count / 1000) : 400;

    private static readonly Transcript[] s_replies =
        [.. Transcripts.All.Where(conversation => conversation.Kind == TranscriptKind.Query && conversation.Capabilities == Transcripts.Modern)];

    [Test]
    public async Task Spoiled_replies_end_every_wait_and_their_link_and_never_with_anything_but_a_failure()
    {
        await using var bed = new LinkBed { ChecksServer = false };
        var bytes = Array.Empty<byte>();
        bed.Server.OnQuery(text => text == "spoiled" ? FakeReply.Raw(Volatile.Read(ref bytes)).ThenClose() : null);
        var refused = 0;
        for (var seed = 0; seed < s_links; seed++)
        {
            var random = new Random(seed);
            Volatile.Write(ref bytes, PacketMutation.Spoil(s_replies[random.Next(s_replies.Length)].Bytes, random));
            var watcher = new LinkWatcher();
            bed.Transport.BeginOpen(watcher, Guard.Time);
            var link = await watcher.Opened;
            link.Share();
            using var first = link.Ask("spoiled");
            using var second = link.Ask("SELECT 2");
            await first.Over();
            await second.Over();
            try
            {
                ReadAll(first);
                ReadAll(second);
            }
            catch (ProtocolException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}", e);
            }

            refused += first.Failure is null ? 0 : 1;
            var cause = await watcher.Closed;
            Assert.That(cause?.Kind, Is.Null.Or.EqualTo(LinkFailureKind.ConnectionLost).Or.EqualTo(LinkFailureKind.Protocol), $"seed {seed}");
            Assert.That(link.Depth, Is.Zero, $"seed {seed}");
        }

        Assert.That(refused, Is.GreaterThan(s_links / 10));
    }

    // As a reader does that is read to its end.
    private static void ReadAll(Reply reply)
    {
        if (reply.Failure is not null)
            return;
        for (var item = reply.NextResult(); item != ReplyItem.End; item = reply.NextResult())
        {
            while (reply.ReadRow())
            {
                for (var i = 0; i < reply.Columns.Count; i++)
                    _ = reply.IsNull(i) ? 0 : reply.GetCell(i).Length;
            }
        }
    }
}
