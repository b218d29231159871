using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests.Handles;

/// <summary>Cancelling while an answer is read, at the moment at which it was lost most easily.</summary>
public sealed class StreamCancellationTests
{
    [Test]
    public async Task A_cancel_that_comes_just_before_the_wait_for_rows_ends_it()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1, MaxLinks = 3 });
        var handle = await rig.Open();
        var clock = new AskedClock();
        var task = Rig.Start(handle, "SELECT * FROM large", Deadline.In(clock, TimeSpan.FromSeconds(10)));
        var link = await rig.Waiting("SELECT * FROM large", task);
        link.CompleteNext(FakeReply.Rows(["n"], ["1"]).AsStream());
        var reply = await Rig.Within(task);
        await reply.NextResultAsync(default);
        Assert.That(await reply.ReadRowAsync(default), Is.True);

        // The deadline of the wait is worked out behind the last look at whether somebody cancelled.
        clock.Asked = () =>
        {
            clock.Asked = null;
            handle.Cancel();
        };
        await Rig.Failure<OperationCanceledException>(reply.ReadRowAsync(default).AsTask());
        Assert.That(clock.Asked, Is.Null);
        link.EndStream();
        await reply.DisposeAsync();
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        await rig.Run(handle, "SELECT 1");
        rig.AssertQuiet();
    }

    /// <summary>A clock that stands still and tells when it is looked at.</summary>
    private sealed class AskedClock : TimeProvider
    {
        public Action? Asked { get; set; }

        public override long GetTimestamp()
        {
            Asked?.Invoke();
            return 0;
        }
    }
}
