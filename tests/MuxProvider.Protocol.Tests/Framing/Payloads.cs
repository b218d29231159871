namespace MuxProvider.Protocol.Tests;

/// <summary>Makes payloads: as written, whole from hex, at random, damaged.</summary>
internal static class Payloads
{
    /// <summary>What <paramref name="write"/> writes.</summary>
    public static byte[] Written(Action<ByteWriter> write)
    {
        using var writer = new ByteWriter(1);
        write(writer);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Bytes from hex, where blanks do not count.</summary>
    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Up to <paramref name="limit"/> - 1 random bytes.</summary>
    public static byte[] Noise(Random random, int limit)
    {
        var bytes = new byte[random.Next(limit)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A copy with a few bytes changed, and now and then cut short or with noise behind it.</summary>
    public static byte[] Damaged(Random random, byte[] sound)
    {
        byte[] damaged = [.. sound];
        for (var i = random.Next(4); i > 0 && damaged.Length > 0; i--)
            damaged[random.Next(damaged.Length)] = random.Next(3) == 0 ? (byte)random.Next(0xF9, 0x100) : (byte)random.Next(256);
        return random.Next(4) switch
        {
            0 => damaged[..random.Next(damaged.Length + 1)],
            1 => [.. damaged, .. Noise(random, 8)],
            _ => damaged,
        };
    }

    /// <summary>Gives noise and damaged copies of <paramref name="sound"/> to a reader, from which only a <see cref="ProtocolException"/> may come.</summary>
    /// <returns>How many payloads were refused, and how many were not.</returns>
    public static (int Refused, int Read) Fuzz(int seed, int count, byte[][] sound, Action<byte[]> read)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var payload = i % 3 == 0 ? Noise(random, 96) : Damaged(random, sound[random.Next(sound.Length)]);
            try
            {
                read(payload);
            }
            catch (ProtocolException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, payload {i}, {Convert.ToHexString(payload)}: {e}");
            }
        }

        return (refused, count - refused);
    }
}
