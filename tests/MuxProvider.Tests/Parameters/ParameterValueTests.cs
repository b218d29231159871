using System.Data;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace MuxProvider.Tests;

public class ParameterValueTests
{
    private static readonly DateTime s_time = new(2026, 1, 2, 3, 4, 5);
    private static readonly Guid s_guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    private static IEnumerable<TestCaseData> Coerced() =>
    [
        new(DayOfWeek.Friday, DbType.String, "Friday"), new(DayOfWeek.Friday, DbType.Int32, DayOfWeek.Friday), new(5, DbType.AnsiString, "5"),
        new(true, DbType.String, "1"), new(0.1, DbType.String, "0.1"), new(s_guid, DbType.String, s_guid.ToString()), new("x", DbType.String, "x"),
        new("x", DbType.Binary, "x"u8.ToArray()), new(s_guid, DbType.Binary, s_guid.ToByteArray()), new(2, DbType.Boolean, true), new("false", DbType.Boolean, false),
        new("0", DbType.Boolean, false), new(s_time, DbType.Date, new DateOnly(2026, 1, 2)), new(s_time, DbType.Time, new TimeSpan(3, 4, 5)),
        new(new DateTimeOffset(s_time, TimeSpan.FromHours(4)), DbType.Date, new DateOnly(2026, 1, 1)), new(new DateOnly(2026, 1, 2), DbType.DateTime, new DateTime(2026, 1, 2)),
        new(s_guid.ToString("N"), DbType.Guid, s_guid), new("5", DbType.Int32, 5), new("5", DbType.UInt64, 5UL), new("1.5", DbType.Double, 1.5),
        new("1.5", DbType.Decimal, 1.5m), new(0.1, DbType.Decimal, 0.1m), new(0.1, DbType.Single, 0.1f), new(long.MaxValue, DbType.Int32, long.MaxValue),
        new(new byte[] { 1 }, DbType.String, new byte[] { 1 }), new(s_time, DbType.String, s_time), new(5, DbType.Object, 5), new(null, DbType.Int32, null),
        new(DBNull.Value, DbType.Date, null),
    ];

    [TestCaseSource(nameof(Coerced))]
    public void A_type_that_was_set_decides_what_is_sent(object? value, DbType type, object? sent)
    {
        var parameter = new MuxParameter("p", value) { DbType = type };
        Assert.That(ParameterValue.Of(parameter), Is.EqualTo(sent));
        Assert.That(parameter.Value, Is.EqualTo(value), "the value itself stays");
    }

    [TestCase("x", DbType.Int32)]
    [TestCase("x", DbType.Guid)]
    [TestCase("x", DbType.Decimal)]
    public void A_text_that_is_no_such_value_is_told_with_its_parameter(string value, DbType type) =>
        Assert.That(() => ParameterValue.Of(new MuxParameter("total", value) { DbType = type }), Throws.TypeOf<FormatException>().With.Message.Contains("'total'"));

    [Test]
    public void A_number_that_the_type_does_not_have_is_told_with_its_parameter() =>
        Assert.That(() => ParameterValue.Of(new MuxParameter("total", "300") { DbType = DbType.Byte }), Throws.TypeOf<OverflowException>().With.Message.Contains("'total'"));

    private static IEnumerable<TestCaseData> Sized() =>
    [
        new("abc", 2, "ab"), new("abc", 3, "abc"), new("abc", 0, "abc"), new("abc", -1, "abc"), new("a😀", 2, "a"), new("a😀", 3, "a😀"),
        new("abc".ToCharArray(), 2, "ab"), new(new StringBuilder("abc"), 2, "ab"), new("abc".AsMemory(), 2, "ab"), new(12345, 2, 12345),
    ];

    [TestCaseSource(nameof(Sized))]
    public void A_size_cuts_text(object value, int size, object sent) =>
        Assert.That(ParameterValue.Of(new MuxParameter("p", value) { Size = size }), Is.EqualTo(sent));

    private static IEnumerable<object> Bytes() =>
        [new byte[] { 1, 2, 3 }, new ReadOnlyMemory<byte>([1, 2, 3]), new Memory<byte>([1, 2, 3]), new ArraySegment<byte>([1, 2, 3]), new MemoryStream([1, 2, 3]), new BufferedStream(new MemoryStream([1, 2, 3]))];

    [TestCaseSource(nameof(Bytes))]
    public void A_size_cuts_bytes(object value)
    {
        var sent = ParameterValue.Of(new MuxParameter("p", value) { Size = 2 });
        Assert.That(sent is ArraySegment<byte> segment ? segment.ToArray() : sent is Memory<byte> memory ? memory.ToArray() : ((ReadOnlyMemory<byte>)sent!).ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void Sizes_and_directions_that_are_none_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new MuxParameter { Size = -2 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new MuxParameter { Direction = (ParameterDirection)9 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new MuxParameter { MuxDbType = (MuxDbType)999 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    private static IEnumerable<TestCaseData> Simplified() =>
    [
        new(JsonDocument.Parse("{\"a\":1}"), "{\"a\":1}"), new(JsonDocument.Parse("[1]").RootElement, "[1]"), new(new StringReader("x"), "x"),
        new((Half)1.5, 1.5f), new((Int128)5, (BigInteger)5), new((UInt128)5, (BigInteger)5), new(new[] { 1f }, new byte[] { 0, 0, 0x80, 0x3f }),
        new(default(MuxDateTime), "0000-00-00 00:00:00.000000"),
    ];

    [TestCaseSource(nameof(Simplified))]
    public void What_has_no_literal_is_sent_as_what_has_one(object value, object sent) =>
        Assert.That(ParameterValue.Of(new MuxParameter("p", value)), Is.EqualTo(sent));

    private static IEnumerable<object> Lists() => [new[] { 1, 2 }, new List<string>(), Enumerable.Range(0, 3), new Dictionary<int, int>(), new[] { "a" }];

    [TestCaseSource(nameof(Lists))]
    public void A_list_is_refused_with_how_to_write_it(object value) =>
        Assert.That(() => ParameterValue.Of(new MuxParameter("ids", value)), Throws.TypeOf<NotSupportedException>().With.Message.Contains("'ids'").And.Message.Contains("IN (@id0"));

    [Test]
    public void Every_type_of_the_server_has_one_of_the_framework() => Assert.Multiple(() =>
    {
        foreach (var type in Enum.GetValues<MuxDbType>())
        {
            var parameter = new MuxParameter("p", type);
            Assert.That(parameter.MuxDbType, Is.EqualTo(type));
            Assert.That(parameter.DbType, Is.EqualTo(MuxDbTypes.ToDbType(type)));
        }

        foreach (var type in Enum.GetValues<DbType>())
            Assert.That(new MuxParameter { DbType = type }.DbType, Is.EqualTo(type));
    });

    [TestCase(DbType.Boolean, MuxDbType.Bool)]
    [TestCase(DbType.Int32, MuxDbType.Int)]
    [TestCase(DbType.UInt64, MuxDbType.UBigInt)]
    [TestCase(DbType.String, MuxDbType.VarChar)]
    [TestCase(DbType.Currency, MuxDbType.Decimal)]
    [TestCase(DbType.DateTimeOffset, MuxDbType.Timestamp)]
    public void Setting_one_type_sets_the_other(DbType dbType, MuxDbType muxDbType)
    {
        var parameter = new MuxParameter("p", MuxDbType.Json) { DbType = dbType };
        Assert.That(parameter.MuxDbType, Is.EqualTo(muxDbType));
        parameter.ResetDbType();
        parameter.Value = 1.5;
        Assert.That((parameter.DbType, parameter.MuxDbType), Is.EqualTo((DbType.Double, MuxDbType.Double)));
    }

    [Test]
    public void A_copy_keeps_everything_but_its_command()
    {
        var parameter = new MuxCommand().Parameters.Add("@p", MuxDbType.Json, 7, "column");
        (parameter.Precision, parameter.Scale, parameter.Direction, parameter.SourceVersion) = (5, 2, ParameterDirection.InputOutput, DataRowVersion.Original);
        var copy = parameter.Clone();
        Assert.That(
            (copy.ParameterName, copy.MuxDbType, copy.Size, copy.SourceColumn, copy.Precision, copy.Scale, copy.Direction, copy.SourceVersion),
            Is.EqualTo(("@p", MuxDbType.Json, 7, "column", (byte)5, (byte)2, ParameterDirection.InputOutput, DataRowVersion.Original)));
        Assert.That(() => new MuxCommand().Parameters.Add(copy), Throws.Nothing);
    }
}
