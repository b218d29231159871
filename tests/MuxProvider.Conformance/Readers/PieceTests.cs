using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>GetBytes, GetChars and streams: cells in pieces.</summary>
internal sealed class PieceTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private static readonly byte[] s_bytes = [10, 11, 12, 13, 14];

    // Of five: where in the cell, where in the buffer, how many are asked for, how many there are.
    private static readonly object[][] s_pieces = [[0, 0, 5, 5], [0, 2, 3, 3], [3, 0, 5, 2], [5, 0, 5, 0], [0, 0, 0, 0], [4, 4, 1, 1]];

    [TestCaseSource(nameof(s_pieces))]
    public async Task GetBytes_copies_what_is_there_and_leaves_the_rest_of_the_buffer(int offset, int bufferOffset, int length, int copied)
    {
        var reader = await ReadAsync("SELECT x'0a0b0c0d0e'");
        var buffer = Enumerable.Repeat((byte)99, 8).ToArray();
        Assert.That(reader.GetBytes(0, offset, buffer, bufferOffset, length), Is.EqualTo(copied));
        var expected = Enumerable.Repeat((byte)99, 8).ToArray();
        Array.Copy(s_bytes, Math.Min(offset, 5), expected, bufferOffset, copied);
        Assert.That(buffer, Is.EqualTo(expected));
        Assert.That(reader.GetBytes(0, 0, null, 0, 0), Is.EqualTo(5), "the length");
    }

    [TestCaseSource(nameof(s_pieces))]
    public async Task GetChars_copies_what_is_there_and_leaves_the_rest_of_the_buffer(int offset, int bufferOffset, int length, int copied)
    {
        var reader = await ReadAsync("SELECT 'aüc😀'");
        var buffer = Enumerable.Repeat('#', 8).ToArray();
        Assert.That(reader.GetChars(0, offset, buffer, bufferOffset, length), Is.EqualTo(copied));
        var expected = Enumerable.Repeat('#', 8).ToArray();
        Array.Copy("aüc😀".ToCharArray(), Math.Min(offset, 5), expected, bufferOffset, copied);
        Assert.That(buffer, Is.EqualTo(expected));
        Assert.That(reader.GetChars(0, 0, null, 0, 0), Is.EqualTo(5), "the length in UTF-16");
    }

    [TestCase(-1, 0, 1)]
    [TestCase(0, -1, 1)]
    [TestCase(0, 0, -1)]
    [TestCase(0, 9, 1)]
    [TestCase(0, 0, 9)]
    [TestCase(0, 7, 2)]
    public async Task Pieces_out_of_range_are_refused(int offset, int bufferOffset, int length)
    {
        var reader = await ReadAsync("SELECT x'0a0b0c0d0e', 'abcde'");
        Action[] acts =
        [
            () => reader.GetBytes(0, offset, new byte[8], bufferOffset, length), () => reader.GetChars(1, offset, new char[8], bufferOffset, length),
        ];
        foreach (var act in acts)
            Assert.That(() => act(), Throws.InstanceOf<ArgumentException>().Or.InstanceOf<IndexOutOfRangeException>());
        Assert.That(reader.GetString(1), Is.EqualTo("abcde"), "the reader goes on");
    }

    [TestCase("SELECT 1")]
    [TestCase("SELECT 1.5")]
    [TestCase("SELECT CURRENT_DATE")]
    public async Task Pieces_of_what_is_neither_bytes_nor_text_are_refused(string text)
    {
        var reader = await ReadAsync(text);
        Assert.That(() => reader.GetBytes(0, 0, new byte[8], 0, 1), Throws.InstanceOf<InvalidCastException>());
        Assert.That(() => reader.GetChars(0, 0, new char[8], 0, 1), Throws.InstanceOf<InvalidCastException>());
        Assert.That(() => reader.GetStream(0), Throws.InstanceOf<InvalidCastException>());
        Assert.That(() => reader.GetTextReader(0), Throws.InstanceOf<InvalidCastException>());
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(70_000)]
    [TestCase(1_000_000)]
    public async Task Streams_give_the_whole_cell(int length)
    {
        var reader = await ReadAsync($"SELECT CAST(REPEAT(x'61', {length}) AS BINARY), REPEAT('b', {length})");
        await using var stream = reader.GetStream(0);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        Assert.That(bytes.Length, Is.EqualTo(length));
        Assert.That(bytes.ToArray(), Is.All.EqualTo((byte)'a'));
        using var text = reader.GetTextReader(1);
        Assert.That(await text.ReadToEndAsync(), Is.EqualTo(new string('b', length)));
        Assert.That(await AskStreamAsync(reader), Is.EqualTo(length));
    }

    [Test]
    public async Task A_cell_may_be_read_piece_by_piece()
    {
        var reader = await ReadAsync("SELECT REPEAT('0123456789', 100)");
        var buffer = new char[64];
        var text = "";
        for (long read; (read = reader.GetChars(0, text.Length, buffer, 0, buffer.Length)) > 0;)
            text += new string(buffer, 0, (int)read);
        Assert.That(text, Is.EqualTo(reader.GetString(0)));
    }

    [Test]
    public async Task Rows_are_not_nested()
    {
        var reader = await ReadAsync("SELECT 1");
        Assert.That(() => reader.GetData(0), Throws.InstanceOf<NotSupportedException>());
    }

    private static async Task<int> AskStreamAsync(DbDataReader reader)
    {
        await using var stream = await reader.GetFieldValueAsync<Stream>(0);
        var total = 0;
        var buffer = new byte[8192];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
            total += read;
        return total;
    }
}
