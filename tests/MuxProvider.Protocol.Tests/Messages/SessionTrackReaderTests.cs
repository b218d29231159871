namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class SessionTrackReaderTests
{
    private const string Schema = "01" + "05" + "04" + "74657374"; // test
    private const string NoSchema = "01" + "01" + "00";
    private const string SqlMode = "00" + "0E" + "08" + "73716C5F6D6F6465" + "04" + "414E5349"; // sql_mode = ANSI
    private const string EmptyVariable = "00" + "0A" + "08" + "73716C5F6D6F6465" + "00"; // sql_mode = ''
    private const string StateChange = "02" + "02" + "01" + "31"; // 1
    private const string Gtids = "03" + "04" + "00" + "02" + "612D"; // one byte of encoding, then the text
    private const string TransactionState = "05" + "09" + "08" + "545F5F5F5F5F5F5F"; // T_______

    [TestCase(Schema, SessionTrackType.Schema, "test")]
    [TestCase(NoSchema, SessionTrackType.Schema, "")]
    [TestCase("0100", SessionTrackType.Schema, "")]
    [TestCase(SqlMode, SessionTrackType.SystemVariable, "sql_mode")]
    [TestCase(StateChange, SessionTrackType.StateChange, "1")]
    [TestCase(TransactionState, SessionTrackType.TransactionState, "T_______")]
    public void An_entry_is_read_with_its_first_string(string hex, SessionTrackType type, string name)
    {
        var track = new SessionTrackReader(Convert.FromHexString(hex));
        Assert.That(track.Read(), Is.True);
        Assert.That(track.Type, Is.EqualTo(type));
        Assert.That(track.ReadName(), Is.EqualTo(name));
        Assert.That(track.ReadName(), Is.EqualTo(name), "It can be read again.");
        Assert.That(track.Read(), Is.False);
        Assert.That(track.Read(), Is.False);
    }

    [TestCase(SqlMode, "ANSI")]
    [TestCase(EmptyVariable, "")]
    [TestCase(Schema, "", Description = "An entry of one string has no value.")]
    public void An_entry_is_read_with_its_second_string(string hex, string value)
    {
        var track = new SessionTrackReader(Convert.FromHexString(hex));
        Assert.That(track.Read(), Is.True);
        Assert.That(track.ReadValue(), Is.EqualTo(value));
        Assert.That(track.ReadValue(), Is.EqualTo(value), "It can be read again.");
    }

    [Test]
    public void Several_entries_are_read_in_their_order_and_unknown_ones_passed_over()
    {
        var track = new SessionTrackReader(Convert.FromHexString(SqlMode + Gtids + "7F03FFFFFF" + Schema + StateChange + TransactionState));
        var read = new List<string>();
        while (track.Read())
        {
            read.Add(track.Type switch
            {
                SessionTrackType.SystemVariable => $"{track.ReadName()}={track.ReadValue()}",
                SessionTrackType.Schema or SessionTrackType.StateChange or SessionTrackType.TransactionState => $"{track.Type} {track.ReadName()}",
                _ => $"{(int)track.Type}",
            });
        }

        Assert.That(read, Is.EqualTo(new[] { "sql_mode=ANSI", "3", "127", "Schema test", "StateChange 1", "TransactionState T_______" }));
    }

    [Test]
    public void An_empty_block_has_no_entries() => Assert.That(new SessionTrackReader([]).Read(), Is.False);

    [Test]
    public void A_long_schema_name_is_read()
    {
        var name = new string('数', 300);
        var data = Payloads.Written(writer => writer.WriteLengthEncodedString(name));
        var track = new SessionTrackReader(Payloads.Written(writer =>
        {
            writer.WriteByte(1);
            writer.WriteLengthEncodedString(data);
        }));
        Assert.That(track.Read(), Is.True);
        Assert.That(track.ReadName(), Is.EqualTo(name));
    }

    [TestCase("01", Description = "No length.")]
    [TestCase("0105047465", Description = "An entry longer than the block.")]
    [TestCase("01FB", Description = "NULL for a length.")]
    [TestCase("01FF", Description = "No length at all.")]
    [TestCase("01FC05", Description = "Half a length.")]
    [TestCase("01FEFFFFFFFFFFFFFFFF", Description = "A length beyond all packets.")]
    [TestCase(Schema + "00", Description = "Half an entry behind a whole one.")]
    public void A_malformed_entry_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => ReadAll(Convert.FromHexString(hex)));

    [TestCase("0102" + "0561", Description = "A schema longer than its entry.")]
    [TestCase("0101" + "FB", Description = "A NULL schema.")]
    [TestCase("0004" + "0161" + "0562", Description = "A value longer than its entry.")]
    [TestCase("0002" + "0561", Description = "A variable's name longer than its entry.")]
    public void A_malformed_string_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => ReadAll(Convert.FromHexString(hex)));

    [TestCase(20261009)]
    [TestCase(20261010)]
    public void Noise_and_damaged_blocks_are_read_to_their_end_or_a_protocol_error(int seed)
    {
        byte[][] sound = [Convert.FromHexString(SqlMode + Schema + StateChange), Convert.FromHexString(Gtids + TransactionState + EmptyVariable)];
        var (refused, read) = Payloads.Fuzz(seed, 30_000, sound, ReadAll);
        Assert.That(refused, Is.Positive);
        Assert.That(read, Is.Positive);
    }

    private static void ReadAll(byte[] block)
    {
        var track = new SessionTrackReader(block);
        for (var entries = 0; track.Read(); entries++)
        {
            // Every entry takes two bytes at least.
            if (entries > block.Length / 2)
                Assert.Fail("There is no end.");
            track.ReadName();
            if (track.Type == SessionTrackType.SystemVariable)
                track.ReadValue();
        }
    }
}
