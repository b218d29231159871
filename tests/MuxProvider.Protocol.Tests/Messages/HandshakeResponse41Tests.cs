namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class HandshakeResponse41Tests
{
    private const string Beginning =
        "0882B801" // capabilities 0x01B88208
        + "00000040" // packets of up to 1 GiB
        + "2D" // utf8mb4_general_ci
        + "0000000000000000000000000000000000000000000000"; // 23 bytes of filler

    private const string Golden =
        Beginning
        + "61707000" // app
        + "14" + "000102030405060708090A0B0C0D0E0F10111213" // the response
        + "73686F7000" // shop
        + "6D7973716C5F6E61746976655F70617373776F7264" + "00" // mysql_native_password
        + "11" // 17 bytes of attributes
        + "0C" + "5F636C69656E745F6E616D65" // _client_name
        + "03" + "4D7578"; // Mux

    private const CapabilityFlags GoldenCapabilities =
        CapabilityFlags.ConnectWithDb | CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection | CapabilityFlags.PluginAuth
        | CapabilityFlags.ConnectAttributes | CapabilityFlags.PluginAuthLengthEncodedData | CapabilityFlags.SessionTrack | CapabilityFlags.DeprecateEof;

    private static HandshakeResponse41 GoldenLogin { get; } = new(
        GoldenCapabilities,
        1u << 30,
        45,
        "app",
        [.. Enumerable.Range(0, 20).Select(i => (byte)i)],
        "shop",
        "mysql_native_password",
        [new("_client_name", "Mux")]);

    [Test]
    public void A_golden_login_is_written() =>
        Assert.That(Convert.ToHexString(Payloads.Written(GoldenLogin.Write)), Is.EqualTo(Golden));

    [Test]
    public void A_golden_login_is_read() => AssertSame(HandshakeResponse41.Read(Convert.FromHexString(Golden)), GoldenLogin);

    [Test]
    public void A_request_for_TLS_is_the_beginning_of_the_login()
    {
        var request = Payloads.Written(GoldenLogin.WriteSslRequest);
        Assert.That(Convert.ToHexString(request), Is.EqualTo(Beginning));
        Assert.That(HandshakeResponse41.IsSslRequest(request));
        Assert.Throws<ProtocolException>(() => HandshakeResponse41.Read(request));
    }

    [Test]
    public void Only_the_beginning_alone_is_a_request_for_TLS()
    {
        var login = Convert.FromHexString(Golden);
        for (var length = 0; length <= login.Length; length++)
            Assert.That(HandshakeResponse41.IsSslRequest(login.AsSpan(0, length)), Is.EqualTo(length == 32), $"{length} bytes");
        var shortest = Payloads.Written(new HandshakeResponse41(CapabilityFlags.Protocol41, 0, 0, "", [], null, "", null).Write);
        Assert.That(HandshakeResponse41.IsSslRequest(shortest), Is.False);
    }

    [Test]
    public void A_login_survives_the_round_trip_with_and_without_each_capability([Values] bool lengthEncoded, [Values] bool schema, [Values] bool plugin, [Values] bool attributes)
    {
        var capabilities = CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection
            | (lengthEncoded ? CapabilityFlags.PluginAuthLengthEncodedData : 0)
            | (schema ? CapabilityFlags.ConnectWithDb : 0)
            | (plugin ? CapabilityFlags.PluginAuth : 0)
            | (attributes ? CapabilityFlags.ConnectAttributes : 0);
        var login = GoldenLogin with
        {
            Capabilities = capabilities,
            UserId = "Zoë",
            Schema = "数",
            Attributes = [new("_pid", "1"), new("", ""), new("long", new string('x', 300))],
        };
        var read = HandshakeResponse41.Read(Payloads.Written(login.Write));
        AssertSame(read, login with
        {
            Schema = schema ? login.Schema : null,
            AuthenticationPlugin = plugin ? login.AuthenticationPlugin : "",
            Attributes = attributes ? login.Attributes : null,
        });
    }

    [Test]
    public void What_is_agreed_but_missing_is_written_empty()
    {
        var read = HandshakeResponse41.Read(Payloads.Written((GoldenLogin with { Schema = null, Attributes = null, AuthenticationResponse = [], UserId = "" }).Write));
        AssertSame(read, GoldenLogin with { Schema = "", Attributes = [], AuthenticationResponse = [], UserId = "" });
    }

    [TestCase(true, 0)]
    [TestCase(true, 250)]
    [TestCase(true, 251)]
    [TestCase(true, 70_000)]
    [TestCase(false, 0)]
    [TestCase(false, 255)]
    public void A_response_of_any_allowed_length_survives(bool lengthEncoded, int length)
    {
        var login = GoldenLogin with
        {
            Capabilities = lengthEncoded ? GoldenCapabilities : GoldenCapabilities & ~CapabilityFlags.PluginAuthLengthEncodedData,
            AuthenticationResponse = [.. Enumerable.Range(0, length).Select(i => (byte)i)],
        };
        AssertSame(HandshakeResponse41.Read(Payloads.Written(login.Write)), login);
    }

    [Test]
    public void A_response_too_long_for_its_length_byte_is_not_written_cut()
    {
        var login = GoldenLogin with { Capabilities = CapabilityFlags.Protocol41, AuthenticationResponse = new byte[256] };
        Assert.Throws<OverflowException>(() => Payloads.Written(login.Write));
    }

    [Test]
    public void Every_truncation_is_a_protocol_error()
    {
        var bytes = Convert.FromHexString(Golden);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<ProtocolException>(() => HandshakeResponse41.Read(cut), $"{length} bytes");
        }
    }

    [TestCase("02" + "0161", Description = "A name without a value.")]
    [TestCase("02" + "0261", Description = "A name longer than the block.")]
    [TestCase("04" + "0161" + "0262", Description = "A value longer than the block.")]
    [TestCase("05" + "0161" + "0162", Description = "A block longer than the packet.")]
    [TestCase("01" + "FB", Description = "NULL for a name.")]
    [TestCase("FB", Description = "NULL for the block.")]
    public void Malformed_attributes_are_a_protocol_error(string block)
    {
        var login = GoldenLogin with { Capabilities = CapabilityFlags.Protocol41 };
        byte[] payload = [.. Payloads.Written(login.Write), .. Convert.FromHexString(block)];
        payload[2] |= (byte)((uint)CapabilityFlags.ConnectAttributes >> 16);
        Assert.Throws<ProtocolException>(() => HandshakeResponse41.Read(payload));
    }

    [TestCase(20261003)]
    [TestCase(20261004)]
    public void Noise_and_damaged_logins_end_in_a_login_or_a_protocol_error(int seed)
    {
        byte[][] sound =
        [
            Convert.FromHexString(Golden),
            Payloads.Written((GoldenLogin with { Capabilities = CapabilityFlags.Protocol41 | CapabilityFlags.ConnectAttributes }).Write),
        ];
        var (refused, read) = Payloads.Fuzz(seed, 30_000, sound, payload => HandshakeResponse41.Read(payload));
        Assert.That(refused, Is.Positive);
        Assert.That(read, Is.Positive);
    }

    private static void AssertSame(HandshakeResponse41 actual, HandshakeResponse41 expected)
    {
        Assert.That(actual.AuthenticationResponse, Is.EqualTo(expected.AuthenticationResponse));
        Assert.That(actual.Attributes, Is.EqualTo(expected.Attributes));
        Assert.That(actual, Is.EqualTo(expected with { AuthenticationResponse = actual.AuthenticationResponse, Attributes = actual.Attributes }));
    }
}
