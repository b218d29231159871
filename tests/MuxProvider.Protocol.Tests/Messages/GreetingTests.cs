namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class GreetingTests
{
    private const string NonceHex = "2C4B3A5F71226D6E" + "3132333435363738797A7B7C";

    private const string MariaDbHex =
        "0A" // protocol 10
        + "352E352E352D31302E31312E382D4D617269614442" + "00" // 5.5.5-10.11.8-MariaDB
        + "2A000000" // thread 42
        + "2C4B3A5F71226D6E" // nonce, first eight bytes
        + "00"
        + "FEF7" // capabilities, lower half: without CLIENT_MYSQL
        + "2D" // utf8mb4_general_ci
        + "0200" // autocommit
        + "FF81" // capabilities, upper half
        + "15" // 21 bytes of authentication data
        + "000000000000" // filler
        + "1D000000" // MariaDB's own capabilities
        + "3132333435363738797A7B7C" + "00" // nonce, the other twelve bytes
        + "6D7973716C5F6E61746976655F70617373776F7264" + "00"; // mysql_native_password

    private const string MySqlHex =
        "0A" // protocol 10
        + "392E372E34" + "00" // 9.7.4
        + "FDFFFFFF" // thread 4294967293
        + "2C4B3A5F71226D6E" // nonce, first eight bytes
        + "00"
        + "FFFF" // capabilities, lower half
        + "FF" // utf8mb4_0900_ai_ci
        + "0200" // autocommit
        + "FFDF" // capabilities, upper half
        + "15" // 21 bytes of authentication data
        + "00000000000000000000" // filler
        + "3132333435363738797A7B7C" + "00" // nonce, the other twelve bytes
        + "63616368696E675F736861325F70617373776F7264" + "00"; // caching_sha2_password

    [Test]
    public void The_greeting_of_a_MariaDB_10_11_is_read()
    {
        var greeting = Greeting.Read(Convert.FromHexString(MariaDbHex));
        Assert.That(greeting.Version, Is.EqualTo("5.5.5-10.11.8-MariaDB"));
        Assert.That(greeting.ThreadId, Is.EqualTo(42u));
        Assert.That(Convert.ToHexString(greeting.Nonce), Is.EqualTo(NonceHex));
        Assert.That((uint)greeting.Capabilities, Is.EqualTo(0x81FFF7FEu));
        Assert.That(greeting.Capabilities.HasFlag(CapabilityFlags.LongPassword), Is.False);
        Assert.That(greeting.Capabilities.HasFlag(CapabilityFlags.Ssl), Is.False);
        Assert.That(greeting.Capabilities.HasFlag(CapabilityFlags.DeprecateEof | CapabilityFlags.SessionTrack | CapabilityFlags.PluginAuth));
        Assert.That(greeting.Collation, Is.EqualTo(45));
        Assert.That(greeting.Status, Is.EqualTo(ServerStatus.AutoCommit));
        Assert.That(greeting.AuthenticationPlugin, Is.EqualTo("mysql_native_password"));
    }

    [Test]
    public void The_greeting_of_a_MySQL_9_is_read_and_written_back()
    {
        var greeting = Greeting.Read(Convert.FromHexString(MySqlHex));
        Assert.That(greeting.Version, Is.EqualTo("9.7.4"));
        Assert.That(greeting.ThreadId, Is.EqualTo(4294967293u));
        Assert.That(Convert.ToHexString(greeting.Nonce), Is.EqualTo(NonceHex));
        Assert.That((uint)greeting.Capabilities, Is.EqualTo(0xDFFFFFFFu));
        Assert.That(greeting.Capabilities.HasFlag(CapabilityFlags.Ssl | CapabilityFlags.LongPassword | CapabilityFlags.QueryAttributes));
        Assert.That(greeting.Collation, Is.EqualTo(255));
        Assert.That(greeting.Status, Is.EqualTo(ServerStatus.AutoCommit));
        Assert.That(greeting.AuthenticationPlugin, Is.EqualTo("caching_sha2_password"));
        Assert.That(Convert.ToHexString(Payloads.Written(greeting.Write)), Is.EqualTo(MySqlHex));
    }

    [TestCase(CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection | CapabilityFlags.PluginAuth, "client_ed25519", "client_ed25519")]
    [TestCase(CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection | CapabilityFlags.PluginAuth, "", "")]
    [TestCase(CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection, "unseen", "")]
    [TestCase((CapabilityFlags)uint.MaxValue, "caching_sha2_password", "caching_sha2_password")]
    public void A_greeting_survives_the_round_trip(CapabilityFlags capabilities, string plugin, string pluginRead)
    {
        var nonce = Convert.FromHexString(NonceHex);
        var written = new Greeting("5.5.5-11.4.2-MariaDB-é", 7, nonce, capabilities, 224, ServerStatus.AutoCommit | ServerStatus.AnsiQuotes, plugin);
        var read = Greeting.Read(Payloads.Written(written.Write));
        Assert.That(read.Nonce, Is.EqualTo(nonce));
        Assert.That(read with { Nonce = nonce }, Is.EqualTo(written with { AuthenticationPlugin = pluginRead }));
    }

    [Test]
    public void A_plugin_name_without_its_end_mark_is_read()
    {
        var greeting = Greeting.Read(Convert.FromHexString(MySqlHex)[..^1]);
        Assert.That(greeting.AuthenticationPlugin, Is.EqualTo("caching_sha2_password"));
    }

    [Test]
    public void An_old_greeting_may_end_behind_the_lower_capabilities()
    {
        var greeting = Greeting.Read(Payloads.Hex("0A 352E3000 01000000 2C4B3A5F71226D6E 00 0C20"));
        Assert.That(greeting.Version, Is.EqualTo("5.0"));
        Assert.That((uint)greeting.Capabilities, Is.EqualTo(0x200Cu));
        Assert.That(greeting.AuthenticationPlugin, Is.Empty);
        Assert.That(Convert.ToHexString(greeting.Nonce), Is.EqualTo("2C4B3A5F71226D6E" + new string('0', 24)));
    }

    [TestCase("09", 9)]
    [TestCase("0B352E3000", 11)]
    [TestCase("00", 0)]
    [TestCase("48545450", 'H')]
    [TestCase("FF6904486F737420", 255)]
    public void Another_protocol_version_is_refused_by_name(string hex, int version)
    {
        var e = Assert.Throws<ProtocolException>(() => Greeting.Read(Convert.FromHexString(hex)));
        Assert.That(e.Message, Does.Contain($"protocol version {version};"));
        Assert.That(e.Message, Does.Contain("Is this a MySQL or MariaDB server?"));
    }

    [TestCase(MariaDbHex)]
    [TestCase(MySqlHex)]
    public void Every_truncation_is_a_protocol_error_or_reads_what_is_there(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var whole = Greeting.Read(bytes);
        var lowerCapabilitiesEnd = 1 + whole.Version.Length + 1 + 4 + 8 + 1 + 2;
        var fixedEnd = lowerCapabilitiesEnd + 1 + 2 + 2 + 1 + 10;
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            if (length < lowerCapabilitiesEnd || (length > lowerCapabilitiesEnd && length < fixedEnd))
            {
                Assert.Throws<ProtocolException>(() => Greeting.Read(cut), $"{length} bytes");
                continue;
            }

            Greeting read;
            try
            {
                read = Greeting.Read(cut);
            }
            catch (ProtocolException) when (length < fixedEnd + 13)
            {
                continue; // A reader may insist on the whole nonce.
            }

            Assert.That(read.Version, Is.EqualTo(whole.Version), $"{length} bytes");
            Assert.That(read.ThreadId, Is.EqualTo(whole.ThreadId), $"{length} bytes");
            Assert.That(read.Nonce.AsSpan(0, 8).SequenceEqual(whole.Nonce.AsSpan(0, 8)), $"{length} bytes");
            Assert.That(whole.AuthenticationPlugin, Does.StartWith(read.AuthenticationPlugin), $"{length} bytes");
            if (length >= fixedEnd + 12)
                Assert.That(read.Nonce, Is.EqualTo(whole.Nonce), $"{length} bytes");
        }
    }

    [TestCase(20261001)]
    [TestCase(20261002)]
    public void Noise_and_damaged_greetings_end_in_a_greeting_or_a_protocol_error(int seed)
    {
        var (refused, read) = Payloads.Fuzz(seed, 30_000, [Convert.FromHexString(MariaDbHex), Convert.FromHexString(MySqlHex)], payload =>
        {
            var greeting = Greeting.Read(payload);
            if (greeting.Nonce.Length != 20)
                Assert.Fail($"A nonce of {greeting.Nonce.Length} bytes.");
        });
        Assert.That(refused, Is.Positive);
        Assert.That(read, Is.Positive);
    }
}
