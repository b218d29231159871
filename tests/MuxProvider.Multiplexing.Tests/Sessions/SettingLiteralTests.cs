namespace MuxProvider.Multiplexing.Tests;

internal sealed class SettingLiteralTests
{
    [TestCase("1024", "1024")]
    [TestCase("0.5", "0.5")]
    [TestCase("", "''")]
    [TestCase("+00:00", "'+00:00'")]
    [TestCase("ON", "'ON'")]
    [TestCase("STRICT_TRANS_TABLES,ANSI_QUOTES", "'STRICT_TRANS_TABLES,ANSI_QUOTES'")]
    [TestCase("12345678901234567890123", "'12345678901234567890123'")]
    public void A_value_becomes_a_literal(string value, string expected) => Assert.That(SettingLiteral.Of(value), Is.EqualTo(expected));

    [TestCase("it's")]
    [TestCase("a\\b")]
    public void What_a_sql_mode_could_misread_does_not(string value) => Assert.That(SettingLiteral.Of(value), Is.Null);
}
