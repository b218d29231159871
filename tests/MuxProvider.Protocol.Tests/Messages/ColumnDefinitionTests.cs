namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class ColumnDefinitionTests
{
    /// <summary>The definition of <c>SELECT id AS i FROM shop.orders o</c>, as the specification lays it out.</summary>
    private const string Golden =
        "03646566" // def
        + "0473686F70" // shop
        + "016F" // o
        + "066F7264657273" // orders
        + "0169" // i
        + "026964" // id
        + "0C" // 12 bytes follow
        + "3F00" // binary
        + "0B000000" // 11
        + "03" // INT
        + "0342" // NOT NULL, primary key, auto increment
        + "00"
        + "0000";

    [Test]
    public void A_golden_definition_is_read_and_written_back()
    {
        var bytes = Convert.FromHexString(Golden);
        var column = ColumnDefinition.Read(bytes);
        Assert.That(column.Schema, Is.EqualTo("shop"));
        Assert.That(column.Table, Is.EqualTo("o"));
        Assert.That(column.OriginalTable, Is.EqualTo("orders"));
        Assert.That(column.Name, Is.EqualTo("i"));
        Assert.That(column.OriginalName, Is.EqualTo("id"));
        Assert.That(column.Collation, Is.EqualTo(63));
        Assert.That(column.IsBinary, Is.True);
        Assert.That(column.Length, Is.EqualTo(11u));
        Assert.That(column.Type, Is.EqualTo(ColumnType.Long));
        Assert.That((int)column.Flags, Is.EqualTo(0x4203));
        Assert.That(column.Flags & (ColumnFlags.NotNull | ColumnFlags.PrimaryKey | ColumnFlags.AutoIncrement), Is.Not.EqualTo(ColumnFlags.None));
        Assert.That(column.IsUnsigned, Is.False);
        Assert.That(column.Decimals, Is.Zero);

        using var writer = new ByteWriter();
        column.Write(writer);
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo(Golden));
    }

    [Test]
    public void Names_of_any_script_survive_the_round_trip()
    {
        using var writer = new ByteWriter();
        new ColumnDefinition { Name = "数量😀", Table = new string('é', 64), Type = ColumnType.VarString, Collation = 45, Length = 1020, Decimals = 31 }.Write(writer);
        var column = ColumnDefinition.Read(writer.WrittenSpan);
        Assert.That(column.Name, Is.EqualTo("数量😀"));
        Assert.That(column.Table, Is.EqualTo(new string('é', 64)));
        Assert.That(column.Length, Is.EqualTo(1020u));
        Assert.That(column.Decimals, Is.EqualTo(31));
    }

    [Test]
    public void Every_truncation_is_a_protocol_error()
    {
        // The two bytes at the end are filler that some servers leave out.
        var bytes = Convert.FromHexString(Golden);
        for (var length = 0; length < bytes.Length - 2; length++)
            Assert.Throws<ProtocolException>(() => ColumnDefinition.Read(bytes.AsSpan(0, length)), $"{length} bytes");
    }

    // The bytes of a server, but for the collation and the decimals of texts, in which servers differ.
    [TestCase("BIGINT", "03646566 00 00 00 0B524F575F434F554E542829 00 0C 3F00 15000000 08 8100 00 0000")]
    [TestCase("BIGINT UNSIGNED", "03646566 00 00 00 104C4153545F494E534552545F49442829 00 0C 3F00 15000000 08 A100 00 0000")]
    [TestCase("INT UNSIGNED", "03646566 00 00 00 04436F6465 00 0C 3F00 04000000 03 A100 00 0000")]
    [TestCase("VARCHAR(7)", "03646566 00 00 00 054C6576656C 00 0C 2D00 1C000000 FD 0100 1F 0000")]
    [TestCase("VARCHAR(512)", "03646566 00 00 00 074D657373616765 00 0C 2D00 00080000 FD 0100 1F 0000")]
    public void Columns_made_by_code_are_those_of_a_server(string type, string hex)
    {
        var column = type switch
        {
            "BIGINT" => ColumnDefinition.BigInt("ROW_COUNT()"),
            "BIGINT UNSIGNED" => ColumnDefinition.BigInt("LAST_INSERT_ID()", isUnsigned: true),
            "INT UNSIGNED" => ColumnDefinition.UnsignedInt("Code"),
            "VARCHAR(7)" => ColumnDefinition.VarChar("Level", 7),
            _ => ColumnDefinition.VarChar("Message", 512),
        };
        Assert.That(Convert.ToHexString(Payloads.Written(column.Write)), Is.EqualTo(Convert.ToHexString(Payloads.Hex(hex))));
    }

    [Test]
    public void Random_and_damaged_payloads_end_in_a_definition_or_a_protocol_error()
    {
        var random = new Random(20260101);
        var golden = Convert.FromHexString(Golden);
        for (var i = 0; i < 50_000; i++)
        {
            byte[] payload;
            if (i % 2 == 0)
            {
                payload = new byte[random.Next(64)];
                random.NextBytes(payload);
            }
            else
            {
                payload = [.. golden];
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            try
            {
                ColumnDefinition.Read(payload);
            }
            catch (ProtocolException)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"{Convert.ToHexString(payload)}: {e}");
            }
        }
    }
}
