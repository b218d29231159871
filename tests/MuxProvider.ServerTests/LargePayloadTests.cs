using System.Text.Json;

namespace MuxProvider.ServerTests;

/// <summary>Values and rows that fill a packet of the protocol, or need a second one; as text and binary.</summary>
internal sealed class LargePayloadTests(Wire wire) : WireFixture(wire)
{
    // What a packet holds: 16 MiB - 1. A payload of exactly that is followed by an empty packet.
    private const int Packet = (1 << 24) - 1;

    [Test]
    public async Task Bytes_survive([Values(Packet, Packet + 1, Packet + 2)] int length, [Values] bool isStream)
    {
        var bytes = Bytes(length);
        var reader = await ThereAndBackAsync("LONGBLOB", isStream ? new MemoryStream(bytes) : bytes);
        Assert.That(reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(bytes), Is.True);
        await using var stream = reader.GetStream(0);
        Assert.That((stream.Length, IsSame(stream, bytes)), Is.EqualTo((length, true)));
    }

    [Test]
    public async Task Bytes_of_a_stream_without_a_length_survive()
    {
        var bytes = Bytes(Packet + 2);
        var reader = await ThereAndBackAsync("LONGBLOB", new BufferedStream(new MemoryStream(bytes)));
        Assert.That(reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(bytes), Is.True);
    }

    [TestCase(Packet, 'x')]
    [TestCase(Packet + 1, 'x')]
    [TestCase(Packet + 2, 'x')]
    [TestCase(Packet / 2, 'ü')]
    [TestCase(Packet / 2 + 1, 'ü')]
    [TestCase(Packet + 2, '\'')]
    public async Task Text_survives(int length, char character)
    {
        var reader = await ThereAndBackAsync("LONGTEXT", new string(character, length));
        Assert.That(Lengths(reader.GetString(0), character), Is.EqualTo((length, -1)));
        using var text = reader.GetTextReader(0);
        Assert.That(Lengths(await text.ReadToEndAsync(), character), Is.EqualTo((length, -1)));
    }

    [Test]
    public async Task Text_of_a_reader_survives()
    {
        var reader = await ThereAndBackAsync("LONGTEXT", new StringReader(new string('x', Packet + 2)));
        Assert.That(Lengths(reader.GetString(0), 'x'), Is.EqualTo((Packet + 2, -1)));
    }

    [Test]
    public async Task Json_survives()
    {
        var reader = await ThereAndBackAsync("JSON", $"{{\"a\": \"{new string('x', Packet + 2)}\"}}");
        using var document = reader.GetFieldValue<JsonDocument>(0);
        Assert.That(Lengths(document.RootElement.GetProperty("a").GetString()!, 'x'), Is.EqualTo((Packet + 2, -1)));
    }

    [Test]
    public async Task Cells_around_a_large_one_survive()
    {
        var table = await TableAsync("id INT PRIMARY KEY, a VARCHAR(10), b LONGBLOB, c LONGTEXT, d VARCHAR(10) NULL, e BIGINT");
        var handle = await OpenOneAsync();
        var bytes = Bytes(Packet + 2);
        var text = new string('ü', Packet / 2 + 1);
        var insert = await ReadyAsync(handle, $"INSERT INTO {table} VALUES (@id, 'a', @b, @c, @d, @e)", ("id", 1), ("b", bytes), ("c", text), ("d", DBNull.Value), ("e", long.MinValue));
        Assert.That(await insert.ExecuteNonQueryAsync(), Is.EqualTo(1));
        (insert.Parameters[0].Value, insert.Parameters[1].Value, insert.Parameters[2].Value) = (2, bytes.AsMemory(0, 5), "short");
        Assert.That(await insert.ExecuteNonQueryAsync(), Is.EqualTo(1), "a small value behind a large one");

        var reader = await ReadAsync(handle, $"SELECT * FROM {table} ORDER BY id");
        Assert.That((reader.GetInt32(0), reader.GetString(1), reader.IsDBNull(4), reader.GetInt64(5)), Is.EqualTo((1, "a", true, long.MinValue)));
        Assert.That(reader.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(string.Equals(reader.GetString(3), text, StringComparison.Ordinal), Is.True);
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That((reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2), reader.GetString(3)), Is.EqualTo((2, "a", bytes[..5], "short")));
        Assert.That(await reader.ReadAsync(), Is.False);
    }

    // The reader of the row that the value was sent to.
    private async Task<MuxDataReader> ThereAndBackAsync(string type, object value)
    {
        var table = await TableAsync($"id INT PRIMARY KEY, v {type}");
        var handle = await OpenOneAsync();
        Assert.That(await RunAsync(handle, $"INSERT INTO {table} VALUES (1, @v)", ("v", value)), Is.EqualTo(1));
        return await ReadAsync(handle, $"SELECT v FROM {table} WHERE id = @id", ("id", 1));
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    // Compared by hand: a difference must not become a message of 16 MiB.
    private static (int Length, int Other) Lengths(string text, char character) => (text.Length, text.AsSpan().IndexOfAnyExcept(character));

    private static bool IsSame(Stream stream, byte[] bytes)
    {
        var read = new byte[bytes.Length];
        stream.ReadExactly(read);
        return read.AsSpan().SequenceEqual(bytes);
    }
}
