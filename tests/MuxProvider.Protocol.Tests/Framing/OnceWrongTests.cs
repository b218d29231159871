namespace MuxProvider.Protocol.Tests;

/// <summary>Malformed and rare packets that were once taken for something else.</summary>
[TestFixture]
public sealed class OnceWrongTests
{
    private const CapabilityFlags WithoutEof = CapabilityFlags.Protocol41 | CapabilityFlags.SessionTrack | CapabilityFlags.DeprecateEof;
    private const CapabilityFlags WithEof = CapabilityFlags.Protocol41;

    [Test]
    public void An_error_instead_of_a_column_ends_the_reply()
    {
        var framer = new ReplyFramer(WithoutEof);
        framer.Take([2]);
        Assert.That(framer.Take(Payloads.Hex("FF 4804 23 4859303030 4E6F")), Is.EqualTo(ReplyPacket.Error));
        Assert.That(framer.IsComplete);
    }

    [Test]
    public void An_error_instead_of_the_end_of_columns_ends_the_reply()
    {
        var framer = new ReplyFramer(WithEof);
        framer.Take([1]);
        framer.Take(Payloads.Hex("03646566 00 00 00 0131 00 0C 3F00 01000000 08 8100 00 0000"));
        Assert.That(framer.Take(Payloads.Hex("FF 4804 23 4859303030 4E6F")), Is.EqualTo(ReplyPacket.Error));
    }

    [Test]
    public void A_cut_nonce_is_refused_rather_than_filled_with_zeros([Values(0, 1, 5, 11)] int second)
    {
        var whole = Payloads.Written(new Greeting("9.7.4", 1, [.. Enumerable.Repeat((byte)7, 20)], (CapabilityFlags)0xDFFFFFFF, 255, ServerStatus.AutoCommit, "caching_sha2_password").Write);
        var cut = whole[..(1 + 6 + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10 + second)];
        Assert.Throws<ProtocolException>(() => Greeting.Read(cut));
    }

    [TestCase("00 7000 0100")]
    [TestCase("01 7000 0100")]
    [TestCase("FF 1504 23 3238303030 00")]
    public void A_switch_request_refuses_another_header(string hex) =>
        Assert.Throws<ProtocolException>(() => AuthSwitchRequest.Read(Payloads.Hex(hex)));

    [Test]
    public void The_value_of_an_empty_entry_is_empty()
    {
        var track = new SessionTrackReader([0, 0]);
        track.Read();
        Assert.That(track.ReadValue(), Is.Empty);
    }

    [Test]
    public void An_error_without_a_number_is_refused()
    {
        var framer = new ReplyFramer(WithoutEof);
        Assert.That(() => framer.Take(Payloads.Hex("FF 0000")), Throws.InstanceOf<ProtocolException>());
    }
}
