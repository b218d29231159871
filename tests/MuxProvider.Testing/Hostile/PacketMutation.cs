using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>Spoils what a server sends: what is inside its packets, the packets, and their frames. The same seed spoils the same way.</summary>
public static class PacketMutation
{
    private const int MostChanges = 3;

    // Where lengths, markers and headers change their meaning.
    private static readonly byte[] s_telling = [0x00, 0x01, 0x02, 0x03, 0x04, 0x7F, 0x80, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF];

    /// <summary>Spoils a conversation.</summary>
    /// <param name="bytes">Its packets, framed.</param>
    /// <param name="random">Decides how.</param>
    /// <returns>What is sent instead; never much more.</returns>
    public static byte[] Spoil(byte[] bytes, Random random)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(random);
        var packets = Split(bytes);
        for (var changes = random.Next(1, MostChanges + 1); changes > 0 && packets.Count > 0; changes--)
            SpoilPackets(packets, random);
        var framed = Join(packets);
        return random.Next(4) == 0 && framed.Length > 0 ? SpoilFrames(framed, random) : framed;
    }

    /// <summary>Takes the packets of a conversation apart, with their headers. A packet that is cut is left out.</summary>
    /// <param name="bytes">The packets, framed.</param>
    /// <returns>Each packet.</returns>
    public static List<byte[]> Split(ReadOnlySpan<byte> bytes)
    {
        var packets = new List<byte[]>();
        while (bytes.Length >= Packets.HeaderLength)
        {
            var length = Packets.HeaderLength + Packets.PayloadLength(bytes);
            if (bytes.Length < length)
                break;
            packets.Add(bytes[..length].ToArray());
            bytes = bytes[length..];
        }

        return packets;
    }

    private static void SpoilPackets(List<byte[]> packets, Random random)
    {
        var which = random.Next(packets.Count);
        var other = random.Next(packets.Count);
        switch (random.Next(16))
        {
            case 0:
                packets.Insert(other, packets[which]);
                break;
            case 1:
                packets.RemoveAt(which);
                break;
            case 2:
                (packets[which], packets[other]) = (packets[other], packets[which]);
                break;
            case 3:
                var elsewhere = Split(Transcripts.All[random.Next(Transcripts.All.Count)].Bytes);
                packets[which] = Framed(elsewhere[random.Next(elsewhere.Count)].AsSpan(Packets.HeaderLength), packets[which][3]);
                break;
            default:
                packets[which] = Framed(SpoilPayload(packets[which].AsSpan(Packets.HeaderLength).ToArray(), random), packets[which][3]);
                break;
        }
    }

    private static byte[] SpoilPayload(byte[] payload, Random random)
    {
        var at = random.Next(payload.Length + 1);
        var inside = Math.Min(at, Math.Max(0, payload.Length - 1));
        switch (random.Next(7))
        {
            case 0 when payload.Length > 0:
                payload[inside] ^= (byte)(1 << random.Next(8));
                return payload;
            case 1 when payload.Length > 0:
                payload[inside] = s_telling[random.Next(s_telling.Length)];
                return payload;
            case 2 when payload.Length > 0:
                payload[random.Next(Math.Min(4, payload.Length))] = s_telling[random.Next(s_telling.Length)];
                return payload;
            case 3:
                return payload[..at];
            case 4:
                var noise = new byte[random.Next(1, 20)];
                random.NextBytes(noise);
                return [.. payload[..at], .. noise, .. payload[at..]];
            case 5:
                // A length that nothing can have.
                byte[] length = [0xFE, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), 0, 0, 0, s_telling[random.Next(s_telling.Length)]];
                return [.. payload[..at], .. length, .. payload[Math.Min(payload.Length, at + random.Next(2) * length.Length)..]];
            default:
                return [.. payload[..at], .. payload[Math.Min(payload.Length, at + random.Next(1, 10))..]];
        }
    }

    private static byte[] SpoilFrames(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] = s_telling[random.Next(s_telling.Length)];
                return bytes;
            case 2:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 10))..]];
            default:
                // A header: its length, or its sequence number.
                var start = HeaderAt(bytes, random);
                bytes[start + random.Next(Packets.HeaderLength)] = s_telling[random.Next(s_telling.Length)];
                return bytes;
        }
    }

    private static int HeaderAt(byte[] bytes, Random random)
    {
        var packets = Split(bytes);
        return packets.Take(random.Next(Math.Max(1, packets.Count))).Sum(packet => packet.Length);
    }

    private static byte[] Framed(ReadOnlySpan<byte> payload, byte sequence)
    {
        var packet = new byte[Packets.HeaderLength + payload.Length];
        Packets.WriteHeader(packet, payload.Length, sequence);
        payload.CopyTo(packet.AsSpan(Packets.HeaderLength));
        return packet;
    }

    private static byte[] Join(List<byte[]> packets)
    {
        var bytes = new byte[packets.Sum(packet => packet.Length)];
        var position = 0;
        foreach (var packet in packets)
        {
            packet.CopyTo(bytes, position);
            position += packet.Length;
        }

        return bytes;
    }
}
