using System.Globalization;
using MuxProvider.Testing;

namespace MuxProvider.Protocol.Tests;

/// <summary>
/// Many packets that no server sends. An ordinary run takes 200,000, the same ones every time; with the environment variable
/// <c>MUX_FUZZ</c> as many as it says, from another beginning on. A failure names the seed of its conversation, and
/// <c>MUX_FUZZ_SEED</c> runs that one alone.
/// </summary>
[TestFixture]
public sealed class DecoderFuzzTests
{
    private const int Ordinary = 200_000;

    // What an exception with its trace may take, and what a decoded byte may: two bytes of text, or its share of a column.
    private const long BytesOfExceptions = 32 * 1024;
    private const long BytesOfByte = 64;

    [TestCaseSource(typeof(Transcripts), nameof(Transcripts.All))]
    public void A_conversation_that_nobody_spoiled_is_read_to_its_end(Transcript conversation)
    {
        var packets = PacketMutation.Split(conversation.Bytes);
        Assert.That(packets.Sum(packet => packet.Length), Is.EqualTo(conversation.Bytes.Length));
        for (var seed = 0; seed < 50; seed++)
            Assert.That(() => Decoding.Read(conversation, packets, new Random(seed)), Throws.Nothing);
    }

    [Test]
    public void Most_of_what_is_spoiled_differs_and_some_of_it_is_refused()
    {
        var (differs, refused) = (0, 0);
        for (var seed = 0; seed < 1000; seed++)
        {
            var conversation = Transcripts.All[seed % Transcripts.All.Count];
            var spoiled = PacketMutation.Spoil(conversation.Bytes, new Random(seed));
            differs += spoiled.SequenceEqual(conversation.Bytes) ? 0 : 1;
            try
            {
                Decoding.Read(conversation, PacketMutation.Split(spoiled), new Random(seed));
            }
            catch (ProtocolException)
            {
                refused++;
            }
        }

        Assert.That(differs, Is.GreaterThan(800));
        Assert.That(refused, Is.InRange(200, 800));
    }

    [Test]
    public void Whatever_a_server_sends_is_decoded_or_refused_within_its_means()
    {
        if (Number("MUX_FUZZ_SEED") is { } only)
        {
            Read(only);
            return;
        }

        var count = Number("MUX_FUZZ") ?? Ordinary;
        var seed = count == Ordinary ? 1 : Environment.TickCount & 0x3fffffff;
        for (var packets = 0L; packets < count; seed++)
            packets += Read(seed);
    }

    // Returns how many packets a decoder was given.
    private static int Read(int seed)
    {
        var random = new Random(seed);
        var conversation = Transcripts.All[random.Next(Transcripts.All.Count)];
        var bytes = PacketMutation.Spoil(conversation.Bytes, random);
        var packets = PacketMutation.Split(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var given = Try(seed, conversation, () => Decoding.Read(conversation, packets, random)) ? packets.Count : 1;
        if (packets.Count > 0)
        {
            var one = packets[random.Next(packets.Count)];
            Try(seed, conversation, () => Decoding.Read(one.AsSpan(Packets.HeaderLength), random.Next(), random));
            given++;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > BytesOfExceptions * (1 + packets.Count) + BytesOfByte * bytes.Length)
            Assert.Fail($"Seed {seed}: {allocated} bytes were allocated for {packets.Count} packets of {bytes.Length} bytes ({conversation}).");
        return Math.Max(1, given);
    }

    private static bool Try(int seed, Transcript conversation, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed}: {conversation}", e);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
