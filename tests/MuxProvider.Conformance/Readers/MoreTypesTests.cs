using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MuxProvider.Conformance;

/// <summary>Types that GetFieldValue gives besides those of the getters.</summary>
internal sealed class MoreTypesTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public async Task Enumerations_come_from_numbers_and_names()
    {
        var reader = await ReadAsync("SELECT 5, 'Friday', NULL");
        Assert.That(reader.GetFieldValue<DayOfWeek>(0), Is.EqualTo(DayOfWeek.Friday));
        Assert.That(reader.GetFieldValue<DayOfWeek>(1), Is.EqualTo(DayOfWeek.Friday));
        Assert.That(reader.GetFieldValue<DayOfWeek?>(0), Is.EqualTo(DayOfWeek.Friday));
        Assert.That(reader.GetFieldValue<DayOfWeek?>(2), Is.Null);
        Assert.That(() => reader.GetFieldValue<DayOfWeek>(2), Throws.InstanceOf<InvalidCastException>());
    }

    [Test]
    public async Task Json_comes_parsed()
    {
        var table = await TableAsync("v JSON");
        await RunAsync($"INSERT INTO {table} VALUES ('{{\"a\": [1, 2]}}')");
        var reader = await ReadAsync($"SELECT v FROM {table}");
        using var document = reader.GetFieldValue<JsonDocument>(0);
        Assert.That(document.RootElement.GetProperty("a").GetArrayLength(), Is.EqualTo(2));
        Assert.That(reader.GetFieldValue<JsonElement>(0).GetProperty("a")[1].GetInt32(), Is.EqualTo(2));
        Assert.That((int)reader.GetFieldValue<JsonNode>(0)["a"]![0]!, Is.EqualTo(1));
    }

    [Test]
    public async Task Bytes_come_as_memory()
    {
        var reader = await ReadAsync("SELECT x'0102'");
        Assert.That(reader.GetFieldValue<ReadOnlyMemory<byte>>(0).ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public async Task Numbers_of_any_size_come_as_BigInteger()
    {
        var reader = await ReadAsync("SELECT 18446744073709551615, 12345678901234567890123456789012345678901234567890, -5");
        Assert.That(reader.GetFieldValue<BigInteger>(0), Is.EqualTo(new BigInteger(ulong.MaxValue)));
        Assert.That(reader.GetFieldValue<BigInteger>(1), Is.EqualTo(BigInteger.Parse("12345678901234567890123456789012345678901234567890", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(reader.GetFieldValue<BigInteger>(2), Is.EqualTo(new BigInteger(-5)));
    }

    [Test]
    public async Task A_decimal_that_is_too_large_says_which_column_it_is()
    {
        var reader = await ReadAsync("SELECT 12345678901234567890123456789012345678901234567890.5 AS huge");
        Assert.That(() => reader.GetValue(0), Throws.Exception.With.Message.Contains("huge"));
        Assert.That(() => reader.GetDecimal(0), Throws.Exception.With.Message.Contains("huge"));
        Assert.That(reader.GetDouble(0), Is.EqualTo(1.2345678901234568e49).Within(1e34));
    }
}
