using System.Data;

namespace MuxProvider.Conformance;

/// <summary>What Size, DbType and the rest of a parameter change about the value that is sent.</summary>
internal sealed class SizeTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCase("abcdef", 3, "abc")]
    [TestCase("abcdef", 6, "abcdef")]
    [TestCase("abcdef", 60, "abcdef")]
    [TestCase("abcdef", 0, "abcdef")]
    [TestCase("abcdef", -1, "abcdef")]
    [TestCase("", 3, "")]
    public async Task Size_cuts_strings(string value, int size, string sent)
    {
        var command = Command("SELECT @v", ("v", value));
        command.Parameters[0].Size = size;
        foreach (var calling in Enum.GetValues<Calling>())
            Assert.That(await command.ScalarAsync(calling), Is.EqualTo(sent));
        Assert.That(command.Parameters[0].Value, Is.EqualTo(value), "the value itself stays");
    }

    [TestCase(3, 3)]
    [TestCase(0, 5)]
    [TestCase(-1, 5)]
    [TestCase(50, 5)]
    public async Task Size_cuts_bytes(int size, int sent)
    {
        var command = Command("SELECT @v", ("v", new byte[] { 1, 2, 3, 4, 5 }));
        command.Parameters[0].Size = size;
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }[..sent]));
    }

    [Test]
    public async Task Size_changes_nothing_else()
    {
        var command = Command("SELECT @v", ("v", 123456));
        command.Parameters[0].Size = 2;
        Assert.That(Convert.ToInt32(await command.ExecuteScalarAsync(), null), Is.EqualTo(123456));
    }

    [TestCase(DbType.String, "Friday")]
    [TestCase(DbType.Int32, "5")]
    [TestCase(null, "5")]
    public async Task An_enumeration_is_sent_as_its_number_or_as_its_name_where_text_is_asked_for(DbType? type, string sent)
    {
        var command = Command("SELECT @v", ("v", DayOfWeek.Friday));
        if (type is { } asked)
            command.Parameters[0].DbType = asked;
        Assert.That(Convert.ToString(await command.ExecuteScalarAsync(), null), Is.EqualTo(sent));
    }

    [Test]
    public async Task Text_and_bytes_may_come_as_memory_and_streams()
    {
        Assert.That(await Command("SELECT @v", ("v", "text".AsMemory())).ExecuteScalarAsync(), Is.EqualTo("text"));
        Assert.That(await Command("SELECT @v", ("v", (ReadOnlyMemory<byte>)new byte[] { 1, 2 })).ExecuteScalarAsync(), Is.EqualTo(new byte[] { 1, 2 }));
        using var stream = new MemoryStream([3, 4]);
        Assert.That(await Command("SELECT @v", ("v", stream)).ExecuteScalarAsync(), Is.EqualTo(new byte[] { 3, 4 }));
    }

    [TestCase("SELECT @`a b`", "a b")]
    [TestCase("SELECT @`a b`", "@`a b`")]
    [TestCase("SELECT @'a b'", "a b")]
    [TestCase("SELECT @\"a b\"", "a b")]
    public async Task Names_may_be_quoted(string text, string name) =>
        Assert.That(await Command(text, (name, "x")).ExecuteScalarAsync(), Is.EqualTo("x"));
}
