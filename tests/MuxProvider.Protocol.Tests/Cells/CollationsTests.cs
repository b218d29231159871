namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class CollationsTests
{
    [TestCase(8, 1, TestName = "latin1_swedish_ci has 1 byte")]
    [TestCase(11, 1, TestName = "ascii_general_ci has 1 byte")]
    [TestCase(63, 1, TestName = "binary has 1 byte")]
    [TestCase(33, 3, TestName = "utf8mb3_general_ci has 3 bytes")]
    [TestCase(83, 3, TestName = "utf8mb3_bin has 3 bytes")]
    [TestCase(45, 4, TestName = "utf8mb4_general_ci has 4 bytes")]
    [TestCase(46, 4, TestName = "utf8mb4_bin has 4 bytes")]
    [TestCase(224, 4, TestName = "utf8mb4_unicode_ci has 4 bytes")]
    [TestCase(255, 4, TestName = "utf8mb4_0900_ai_ci has 4 bytes")]
    [TestCase(28, 2, TestName = "gbk_chinese_ci has 2 bytes")]
    [TestCase(12, 3, TestName = "ujis_japanese_ci has 3 bytes")]
    [TestCase(35, 2, TestName = "ucs2_general_ci has 2 bytes")]
    [TestCase(54, 4, TestName = "utf16_general_ci has 4 bytes")]
    [TestCase(1069, 4, TestName = "utf8mb4_general_nopad_ci has 4 bytes")]
    [TestCase(1057, 3, TestName = "utf8mb3_general_nopad_ci has 3 bytes")]
    [TestCase(2304, 4, TestName = "utf8mb4_uca1400_ai_ci has 4 bytes")]
    [TestCase(2048, 3, TestName = "utf8mb3_uca1400_ai_ci has 3 bytes")]
    [TestCase(2560, 2, TestName = "ucs2_uca1400_ai_ci has 2 bytes")]
    [TestCase(3072, 4, TestName = "utf32_uca1400_ai_ci has 4 bytes")]
    public void The_width_follows_the_collation(int collation, int bytes) =>
        Assert.That(Collations.BytesPerCharacter((ushort)collation), Is.EqualTo(bytes));

    [Test]
    public void Every_number_has_a_width()
    {
        for (var i = 0; i <= ushort.MaxValue; i++)
            Assert.That(Collations.BytesPerCharacter((ushort)i), Is.InRange(1, 4));
    }
}
