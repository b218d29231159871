using System.Data;

namespace MuxProvider.Tests;

/// <summary>Values that are read when the command executes.</summary>
public class ParameterStreamTests
{
    [Test]
    public async Task A_stream_is_read_asynchronously_where_the_command_is_and_not_where_it_blocks()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("INSERT INTO t VALUES (@a)", connection);
        var stream = new OneByteAtATime("ABC"u8.ToArray());
        command.Parameters.AddWithValue("a", stream);
        var sending = command.ExecuteNonQueryAsync();
        Assert.That(sending.IsCompleted, Is.False, "the stream has not come to its end");
        stream.Go();
        await sending;
        Assert.That(stream.BlockingReads, Is.Zero);
        stream.Rewind();
        command.ExecuteNonQuery();
        Assert.That(stream.BlockingReads, Is.GreaterThan(0));
        Assert.That(handle.Sent, Has.Count.EqualTo(2));
        Assert.That(handle.Sent[1], Is.EqualTo(handle.Sent[0]).And.Contain("ABC"));
    }

    [Test]
    public async Task A_stream_that_a_text_has_twice_is_sent_twice()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @a, @a, @b, @b", connection);
        command.Parameters.AddWithValue("a", new BufferedStream(new MemoryStream("ABC"u8.ToArray())));
        command.Parameters.AddWithValue("b", new StringReader("text"));
        await command.ExecuteNonQueryAsync();
        Assert.That(handle.Sent.Single().Split("ABC"), Has.Length.EqualTo(3), handle.Sent.Single());
        Assert.That(handle.Sent.Single().Split("'text'"), Has.Length.EqualTo(3));
        await command.ExecuteNonQueryAsync();
        Assert.That(handle.Sent[1], Does.Not.Contain("ABC"), "what was read is not remembered");
    }

    [Test]
    public async Task So_it_is_in_a_batch_and_for_a_procedure()
    {
        var (connection, handle) = FakeConnection.Open("Server=db1");
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new MuxBatchCommand("SELECT @a"));
        batch.BatchCommands[0].Parameters.AddWithValue("a", new OneByteAtATime("ABC"u8.ToArray(), goes: true));
        await batch.ExecuteNonQueryAsync();
        using var command = new MuxCommand("p", connection) { CommandType = CommandType.StoredProcedure };
        command.Parameters.AddWithValue("a", new OneByteAtATime("DEF"u8.ToArray(), goes: true));
        await command.ExecuteNonQueryAsync();
        Assert.That(handle.Sent[0], Does.Contain("ABC"));
        Assert.That(handle.Sent[1], Does.Contain("DEF"));
    }

    [Test]
    public void More_than_the_server_takes_is_told_with_the_parameter_and_before_anything_is_sent()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @big", connection);
        var most = handle.Facts.MaxAllowedPacket;
        var endless = new Endless();
        command.Parameters.AddWithValue("@big", endless);
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>()
            .With.Property(nameof(MuxException.ErrorCode)).EqualTo(MuxErrorCode.PacketTooLarge).And.Message.Contains("'@big'"));
        Assert.That(endless.Given, Is.LessThan(most + (1024 * 1024)), "it is not read any further");
        command.Parameters["big"].Value = new StreamReader(new Endless());
        Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.TypeOf<MuxException>().With.Message.Contains("'@big'"));
        Assert.That(handle.Sent, Is.Empty);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
    }

    [Test]
    public async Task No_more_than_the_size_is_read()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @a, @b", connection);
        var endless = new Endless();
        command.Parameters.AddWithValue("a", endless).Size = 3;
        command.Parameters.AddWithValue("b", new StringReader("ab😀c")).Size = 3;
        await command.ExecuteNonQueryAsync();
        Assert.That(endless.Given, Is.EqualTo(3));
        Assert.That(handle.Sent.Single(), Does.Contain("'xxx'").And.EndWith("'ab'"), "half a character is none");
    }

    [Test]
    public void A_token_ends_the_reading()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @a", connection);
        command.Parameters.AddWithValue("a", new OneByteAtATime([1]));
        using var stop = new CancellationTokenSource();
        var sending = command.ExecuteNonQueryAsync(stop.Token);
        stop.Cancel();
        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(handle.Sent, Is.Empty);
    }

    [TestCase(9007199254740992d, "9007199254740992")]
    [TestCase(1.0000000000000002d, "1.0000000000000002")]
    [TestCase(0.1f, "0.1")]
    public void Floating_numbers_are_sent_as_decimals_with_all_their_digits(object value, string sent) =>
        Assert.That(ParameterValue.Of(new MuxParameter("p", value) { DbType = DbType.Decimal }), Is.EqualTo(decimal.Parse(sent, System.Globalization.CultureInfo.InvariantCulture)));

    [TestCase(1e300)]
    [TestCase(double.NaN)]
    public void A_number_that_is_no_decimal_is_told_with_its_parameter(double value) =>
        Assert.That(() => ParameterValue.Of(new MuxParameter("total", value) { DbType = DbType.Decimal }), Throws.InstanceOf<Exception>().With.Message.Contains("'total'"));

    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)'x', offset, count);
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    // Its asynchronous readers wait until it may go.
    private sealed class OneByteAtATime(byte[] content, bool goes = false) : Stream
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _position;

        public int BlockingReads { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Go() => _gate.SetResult();

        public void Rewind() => _position = 0;

        public override int Read(byte[] buffer, int offset, int count)
        {
            BlockingReads++;
            if (_position == content.Length || count == 0)
                return 0;
            buffer[offset] = content[_position++];
            return 1;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!goes)
                await _gate.Task.WaitAsync(cancellationToken);
            if (_position == content.Length)
                return 0;
            buffer.Span[0] = content[_position++];
            return 1;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
