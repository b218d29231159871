using MuxProvider.Links.MySql;

namespace MuxProvider.Links.Tests;

/// <summary>How servers are written.</summary>
[TestFixture]
public sealed class ServerAddressTests
{
    [TestCase("db1", "db1:3306")]
    [TestCase(" db1 ", "db1:3306")]
    [TestCase("db1:3307", "db1:3307")]
    [TestCase("10.0.0.1:1", "10.0.0.1:1")]
    [TestCase("::1", "[::1]:3306")]
    [TestCase("[::1]", "[::1]:3306")]
    [TestCase("[fe80::1%eth0]:65535", "[fe80::1%eth0]:65535")]
    public void A_server_is_a_host_and_perhaps_a_port(string text, string expected) =>
        Assert.That(ServerAddress.Parse(text, 3306).ToString(), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase(":3306")]
    [TestCase("db1:")]
    [TestCase("db1:0")]
    [TestCase("db1:65536")]
    [TestCase("db1:+5")]
    [TestCase("db1:3306:3307")]
    [TestCase("[::1")]
    [TestCase("[::1]:")]
    [TestCase("[::1]x")]
    [TestCase("[db1]:3306")]
    [TestCase("db 1")]
    [TestCase("user@db1")]
    [TestCase("tcp://db1")]
    public void Anything_else_is_refused(string text) =>
        Assert.That(() => ServerAddress.Parse(text, 3306), Throws.ArgumentException.With.Message.Contains($"'{text}'"));
}
