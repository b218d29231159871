namespace MuxProvider.Multiplexing.Tests;

/// <summary>Every link speaks utf8mb4: a session that reads texts otherwise would misread values, and quotes with them.</summary>
public sealed class CharacterSetTests
{
    [TestCase("SET NAMES latin1")]
    [TestCase("set names 'gbk'")]
    [TestCase("SET NAMES DEFAULT")]
    [TestCase("SET CHARACTER SET sjis")]
    [TestCase("SET CHARSET big5")]
    [TestCase("SET character_set_client = gbk")]
    [TestCase("SET SESSION character_set_results = NULL")]
    [TestCase("SET @@session.character_set_connection = latin1")]
    [TestCase("SET character_set_client = utf8mb4 COLLATE x")]
    [TestCase("SET character_set_results = DEFAULT")]
    [TestCase("SET character_set_results = ?")]
    [TestCase("SET CHARACTER SET DEFAULT")]
    [TestCase("SET GLOBAL x = 1, character_set_client = gbk")]
    [TestCase("EXECUTE IMMEDIATE 'SET NAMES gbk'")]
    [TestCase("SET time_zone = '+00:00', NAMES cp932")]
    [TestCase("SELECT 1; SET NAMES gbk")]
    public void Another_character_set_is_refused(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That(traits.Placement, Is.EqualTo(Placement.Reject), text);
        Assert.That(traits.Rejection, Does.Contain("utf8mb4"));
    }

    [TestCase("SET NAMES utf8mb4")]
    [TestCase("SET NAMES 'utf8mb4' COLLATE 'utf8mb4_bin'")]
    [TestCase("SET NAMES utf8")]
    [TestCase("SET CHARACTER SET utf8mb3")]
    [TestCase("SET character_set_results = utf8mb4")]
    [TestCase("SET @@character_set_client = 'utf8mb4'")]
    [TestCase("SET names_of_things = 1")]
    [TestCase("SET GLOBAL character_set_server = latin1")]
    [TestCase("SET @names = 'gbk'")]
    public void Utf8_is_fine_and_so_is_what_only_looks_like_a_character_set(string text) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.Placement, Is.Not.EqualTo(Placement.Reject), text);
}
