using System.Data.Common;
using System.Globalization;

namespace MuxProvider.Conformance;

/// <summary>How markers of a text find their parameters.</summary>
internal sealed class MarkerTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCase("SELECT @a", "a", "1")]
    [TestCase("SELECT @a", "@a", "1")]
    [TestCase("SELECT @a", "?a", "1")]
    [TestCase("SELECT @A", "a", "1")]
    [TestCase("SELECT ?a", "a", "1")]
    [TestCase("SELECT ?a", "@a", "1")]
    [TestCase("SELECT ?", "", "1")]
    [TestCase("SELECT ?", "a", "1")]
    [TestCase("SELECT ?, ?", ",", "1,2")]
    [TestCase("SELECT ?, ?", "b,a", "1,2")]
    [TestCase("SELECT @b, @a, @b", "a,b", "2,1,2")]
    [TestCase("SELECT @a+@b", "a,b", "3")]
    [TestCase("SELECT @a1, @a", "a,a1", "2,1")]
    [TestCase("SELECT '@a', \"?\", `n` FROM (SELECT 7 AS `n`) AS t WHERE 1 = @a", "a", "@a,?,7")]
    [TestCase("SELECT @a -- @b\n", "a", "1")]
    [TestCase("SELECT @a # ?\n", "a", "1")]
    [TestCase("SELECT @a /* @b ? */", "a", "1")]
    [TestCase("SELECT 'it''s @b', @a", "a", "it's @b,1")]
    [TestCase("SELECT @@version_comment = @@version_comment, @a", "a", "1,1")]
    [TestCase("SELECT @a; SELECT @b", "a,b", "1|2")]
    [TestCase("SELECT 1 LIMIT @a", "a", "1")]
    [TestCase("SELECT @ü", "ü", "1")]
    [TestCase("SELECT @a_$1", "a_$1", "1")]
    public async Task Markers_find_their_parameters(string text, string names, string expected)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var command = Command(text);
            foreach (var name in names.Split(','))
                command.Parameters.Add(Parameter(name, command.Parameters.Count + 1));
            await using var reader = await command.ReaderAsync(calling);
            var results = new List<string>();
            do
            {
                Assert.That(await reader.ReadAsync(calling), Is.True);
                results.Add(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
            }
            while (await reader.NextResultAsync(calling));
            Assert.That(string.Join('|', results), Is.EqualTo(expected));
        }
    }

    [TestCase("SELECT ?", "")]
    [TestCase("SELECT ?, ?", "a")]
    [TestCase("SELECT @a, @b", "a")]
    [TestCase("SELECT ?b", "a")]
    public async Task Missing_parameters_are_an_error_before_anything_is_sent(string text, string names)
    {
        var command = Command(text);
        foreach (var name in names.Split(',', StringSplitOptions.RemoveEmptyEntries))
            command.Parameters.Add(Parameter(name, 1));
        await Sql.FailureOf<DbException>(() => command.ExecuteScalarAsync());
        Assert.That(() => command.ExecuteScalar(), Throws.InstanceOf<DbException>());
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task Parameters_without_a_marker_do_no_harm([Values] Calling calling)
    {
        Assert.That(await Command("SELECT 'x'", ("a", 1), ("b", 2)).ScalarAsync(calling), Is.EqualTo("x"));
    }

    [TestCase("'")]
    [TestCase("\\")]
    [TestCase("\\'; DROP TABLE t; -- ")]
    [TestCase("'' OR ''=''")]
    [TestCase("\0\b\t\n\r\u001a\"%_`")]
    [TestCase("😀 ü 漢字 \u202e")]
    [TestCase("")]
    [TestCase(" ends with space ")]
    [TestCase("@a ? /* */ -- #")]
    public async Task Text_comes_back_as_it_was_sent(string text)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            Assert.That(await Command("SELECT @v", ("v", text)).ScalarAsync(calling), Is.EqualTo(text));
            Assert.That(await Command("SELECT ?, 'x'", ("", text)).ScalarAsync(calling), Is.EqualTo(text));
            Assert.That(Convert.ToInt32(await Command("SELECT @v = @w", ("v", text), ("w", text)).ScalarAsync(calling), null), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Hundreds_of_parameters_are_sent_at_once([Values] Calling calling)
    {
        var command = Command($"SELECT {string.Join('+', Enumerable.Range(0, 500).Select(i => $"@p{i}"))}");
        for (var i = 0; i < 500; i++)
            command.Parameters.Add(Parameter($"p{i}", i));
        Assert.That(Convert.ToInt32(await command.ScalarAsync(calling), null), Is.EqualTo(500 * 499 / 2));
    }

    [Test]
    public async Task Large_values_come_back_whole([Values] Calling calling, [Values(70_000, 1_000_000)] int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Assert.That(await Command("SELECT @v", ("v", bytes)).ScalarAsync(calling), Is.EqualTo(bytes));
    }
}
