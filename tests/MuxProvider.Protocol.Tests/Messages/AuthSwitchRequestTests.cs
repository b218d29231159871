namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class AuthSwitchRequestTests
{
    private const string Golden =
        "FE"
        + "6D7973716C5F6E61746976655F70617373776F7264" + "00" // mysql_native_password
        + "2C4B3A5F71226D6E3132333435363738797A7B7C" + "00"; // the nonce

    [Test]
    public void A_golden_request_is_read_and_written_back()
    {
        var request = AuthSwitchRequest.Read(Convert.FromHexString(Golden));
        Assert.That(request.AuthenticationPlugin, Is.EqualTo("mysql_native_password"));
        Assert.That(Convert.ToHexString(request.Nonce), Is.EqualTo("2C4B3A5F71226D6E3132333435363738797A7B7C"));
        Assert.That(Convert.ToHexString(Payloads.Written(request.Write)), Is.EqualTo(Golden));
    }

    [Test]
    public void A_nonce_may_lack_the_mark_of_its_end()
    {
        var request = AuthSwitchRequest.Read(Convert.FromHexString(Golden)[..^1]);
        Assert.That(Convert.ToHexString(request.Nonce), Is.EqualTo("2C4B3A5F71226D6E3132333435363738797A7B7C"));
    }

    [Test]
    public void A_request_of_one_byte_asks_for_the_old_password()
    {
        var request = AuthSwitchRequest.Read([AuthSwitchRequest.Header]);
        Assert.That(request.AuthenticationPlugin, Is.EqualTo("mysql_old_password"));
        Assert.That(request.Nonce, Is.Empty);
    }

    [TestCase("mysql_clear_password", "")]
    [TestCase("caching_sha2_password", "0102030405060708090A0B0C0D0E0F1011121314")]
    [TestCase("p", "0100")]
    [TestCase("p", "00")]
    public void A_request_survives_the_round_trip(string plugin, string nonce)
    {
        var read = AuthSwitchRequest.Read(Payloads.Written(new AuthSwitchRequest(plugin, Convert.FromHexString(nonce)).Write));
        Assert.That(read.AuthenticationPlugin, Is.EqualTo(plugin));
        Assert.That(Convert.ToHexString(read.Nonce), Is.EqualTo(nonce));
    }

    [TestCase("")]
    [TestCase("FE6D7973716C")]
    public void A_cut_plugin_name_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => AuthSwitchRequest.Read(Convert.FromHexString(hex)));

    [TestCase(20261005)]
    public void Noise_and_damaged_requests_end_in_a_request_or_a_protocol_error(int seed)
    {
        var (refused, read) = Payloads.Fuzz(seed, 30_000, [Convert.FromHexString(Golden)], payload => AuthSwitchRequest.Read(payload));
        Assert.That(refused, Is.Positive);
        Assert.That(read, Is.Positive);
    }
}
