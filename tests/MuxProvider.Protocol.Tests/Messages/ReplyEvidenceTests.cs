namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class ReplyEvidenceTests
{
    private const string Schema = "01" + "05" + "04" + "74657374"; // test
    private const string OtherSchema = "01" + "02" + "01" + "61"; // a
    private const string NoSchema = "01" + "01" + "00";
    private const string SqlMode = "00" + "0E" + "08" + "73716C5F6D6F6465" + "04" + "414E5349"; // sql_mode = ANSI
    private const string EmptySqlMode = "00" + "0A" + "08" + "73716C5F6D6F6465" + "00";
    private const string OtherVariable = "00" + "06" + "02" + "7474" + "02" + "4F4E"; // tt = ON
    private const string StateChange = "02" + "02" + "01" + "31";
    private const string TransactionState = "05" + "09" + "08" + "545F5F5F5F5F5F5F";

    [Test]
    public void Nothing_taken_reveals_nothing()
    {
        var evidence = default(ReplyEvidence);
        Assert.That(evidence.HasStatus, Is.False);
        Assert.That(evidence.Status, Is.EqualTo(ServerStatus.None));
        Assert.That(evidence.StateChanged, Is.False);
        Assert.That(evidence.SchemaChanged, Is.False);
        Assert.That(evidence.Schema, Is.Null);
        Assert.That(evidence.SqlMode, Is.Null);
        Assert.That(evidence.ErrorCode, Is.Zero);
    }

    [Test]
    public void The_status_is_the_last_one()
    {
        var evidence = default(ReplyEvidence);
        evidence.Add(new OkPacket { Status = ServerStatus.InTransaction | ServerStatus.MoreResultsExist });
        Assert.That(evidence.HasStatus);
        Assert.That(evidence.Status, Is.EqualTo(ServerStatus.InTransaction | ServerStatus.MoreResultsExist));
        evidence.Add(new EofPacket(7, ServerStatus.AutoCommit));
        Assert.That(evidence.Status, Is.EqualTo(ServerStatus.AutoCommit));
        evidence.Add(new OkPacket { Status = ServerStatus.None });
        Assert.That(evidence.Status, Is.EqualTo(ServerStatus.None));
        Assert.That(evidence.HasStatus);
    }

    [Test]
    public void An_EOF_packet_alone_has_a_status()
    {
        var evidence = default(ReplyEvidence);
        evidence.Add(new EofPacket(0, ServerStatus.None));
        Assert.That(evidence.HasStatus);
    }

    [TestCase("", false, null, null)]
    [TestCase(StateChange, true, null, null)]
    [TestCase(Schema, false, "test", null)]
    [TestCase(NoSchema, false, "", null)]
    [TestCase("0100", false, "", null)]
    [TestCase(SqlMode, false, null, "ANSI")]
    [TestCase(EmptySqlMode, false, null, "")]
    [TestCase(OtherVariable, false, null, null)]
    [TestCase(TransactionState, false, null, null)]
    [TestCase("7F03FFFFFF", false, null, null)]
    [TestCase(OtherVariable + SqlMode + StateChange + Schema, true, "test", "ANSI")]
    [TestCase(Schema + OtherSchema + SqlMode + EmptySqlMode, false, "a", "")]
    public void Session_tracking_is_gathered(string block, bool stateChanged, string? schema, string? sqlMode)
    {
        var evidence = default(ReplyEvidence);
        evidence.Add(new OkPacket { SessionTrack = Convert.FromHexString(block) });
        AssertTracked(evidence, stateChanged, schema, sqlMode);
    }

    [Test]
    public void What_an_earlier_result_revealed_stays_revealed()
    {
        var evidence = default(ReplyEvidence);
        evidence.Add(new OkPacket { SessionTrack = Convert.FromHexString(StateChange + Schema) });
        evidence.Add(new OkPacket { SessionTrack = Convert.FromHexString(SqlMode) });
        evidence.Add(new OkPacket());
        evidence.Add(new EofPacket(0, ServerStatus.AutoCommit));
        AssertTracked(evidence, true, "test", "ANSI");
        evidence.Add(new OkPacket { SessionTrack = Convert.FromHexString(OtherSchema) });
        AssertTracked(evidence, true, "a", "ANSI");
    }

    [Test]
    public void Rows_and_warnings_are_those_of_the_last_result()
    {
        var evidence = default(ReplyEvidence);
        evidence.Add(new OkPacket { AffectedRows = 7, Warnings = 3 });
        Assert.That((evidence.RowCount, evidence.Warnings), Is.EqualTo((7L, (ushort)3)));
        evidence.Add(new OkPacket { AffectedRows = 0, Warnings = 2 }, endsRows: true);
        Assert.That((evidence.RowCount, evidence.Warnings), Is.EqualTo((-1L, (ushort)2)));
        evidence.Add(new OkPacket { AffectedRows = ulong.MaxValue });
        Assert.That((evidence.RowCount, evidence.Warnings), Is.EqualTo((-1L, (ushort)0)));
        evidence.Add(new OkPacket { AffectedRows = 1 });
        evidence.Add(new EofPacket(4, ServerStatus.None));
        Assert.That((evidence.RowCount, evidence.Warnings), Is.EqualTo((-1L, (ushort)4)));
    }

    [TestCase("01")]
    [TestCase("0105047465")]
    [TestCase("0102" + "0561")]
    [TestCase("0002" + "0561")]
    [TestCase("000A" + "08" + "73716C5F6D6F6465" + "05")]
    public void A_malformed_block_is_a_protocol_error(string block) =>
        Assert.Throws<ProtocolException>(() => default(ReplyEvidence).Add(new OkPacket { SessionTrack = Convert.FromHexString(block) }));

    private static void AssertTracked(ReplyEvidence evidence, bool stateChanged, string? schema, string? sqlMode)
    {
        Assert.That(evidence.StateChanged, Is.EqualTo(stateChanged));
        Assert.That(evidence.SchemaChanged, Is.EqualTo(schema is not null));
        Assert.That(evidence.Schema, Is.EqualTo(schema));
        Assert.That(evidence.SqlMode, Is.EqualTo(sqlMode));
    }
}
