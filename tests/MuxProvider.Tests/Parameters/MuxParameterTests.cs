using System.Data;

namespace MuxProvider.Tests;

public class MuxParameterTests
{
    private static IEnumerable<TestCaseData> Values() =>
    [
        new(true, DbType.Boolean), new((byte)1, DbType.Byte), new((sbyte)1, DbType.SByte), new(1, DbType.Int32), new(1L, DbType.Int64),
        new(1u, DbType.UInt32), new(1UL, DbType.UInt64), new(1.5f, DbType.Single), new(1.5, DbType.Double), new(1.5m, DbType.Decimal),
        new("x", DbType.String), new('x', DbType.StringFixedLength), new(new byte[1], DbType.Binary), new(Guid.Empty, DbType.Guid),
        new(default(DateTime), DbType.DateTime), new(default(DateTimeOffset), DbType.DateTimeOffset), new(default(DateOnly), DbType.Date),
        new(default(TimeOnly), DbType.Time), new(default(TimeSpan), DbType.Time), new(DayOfWeek.Friday, DbType.Int32), new(DBNull.Value, DbType.String),
        new(null, DbType.String), new(new object(), DbType.Object),
    ];

    [TestCaseSource(nameof(Values))]
    public void The_type_follows_from_the_value(object? value, DbType expected) =>
        Assert.That(new MuxParameter("p", value).DbType, Is.EqualTo(expected));

    [Test]
    public void Setting_the_type_leaves_the_value_alone()
    {
        var parameter = new MuxParameter("p", 7) { DbType = DbType.String };
        Assert.Multiple(() =>
        {
            Assert.That(parameter.Value, Is.EqualTo(7));
            Assert.That(parameter.DbType, Is.EqualTo(DbType.String));
        });
        parameter.ResetDbType();
        Assert.That(parameter.DbType, Is.EqualTo(DbType.Int32));
    }

    [TestCase("id")]
    [TestCase("@ID")]
    [TestCase("?Id")]
    [TestCase(" @id ")]
    [TestCase("@`id`")]
    [TestCase("@'id'")]
    public void A_name_is_found_without_case_prefix_and_quotes(string name)
    {
        var parameters = new MuxCommand().Parameters;
        var parameter = parameters.AddWithValue("@id", 1);
        Assert.Multiple(() =>
        {
            Assert.That(parameters.Contains(name), Is.True);
            Assert.That(parameters[name], Is.SameAs(parameter));
            Assert.That(parameters.IndexOf(name), Is.Zero);
        });
    }

    [TestCase(3)]
    [TestCase(200)]
    public void A_name_cannot_occur_twice(int count)
    {
        var parameters = new MuxCommand().Parameters;
        for (var i = 0; i < count; i++)
            parameters.AddWithValue($"p{i}", i);
        var renamed = parameters.AddWithValue("other", 0);
        Assert.Multiple(() =>
        {
            Assert.That(() => parameters.AddWithValue("@P1", 0), Throws.ArgumentException.With.Message.Contains("P1"));
            Assert.That(() => renamed.ParameterName = "p1", Throws.ArgumentException);
            Assert.That(() => renamed.ParameterName = "fresh", Throws.Nothing);
            Assert.That(parameters.IndexOf("fresh"), Is.EqualTo(count));
            Assert.That(parameters.IndexOf("other"), Is.EqualTo(-1));
        });
    }

    [TestCase(4)]
    [TestCase(40)]
    public void Names_are_found_after_others_were_removed(int count)
    {
        var parameters = new MuxCommand().Parameters;
        for (var i = 0; i < count; i++)
            parameters.AddWithValue($"p{i}", i);
        _ = parameters.Contains("p1");
        parameters.RemoveAt("p0");
        parameters.Insert(0, new MuxParameter("first", 1));
        Assert.Multiple(() =>
        {
            Assert.That(parameters["p3"].Value, Is.EqualTo(3));
            Assert.That(parameters.IndexOf("first"), Is.Zero);
            Assert.That(parameters.Contains("p0"), Is.False);
        });
    }

    [Test]
    public void A_parameter_belongs_to_one_command()
    {
        var parameter = new MuxCommand().Parameters.AddWithValue("p", 1);
        var other = new MuxCommand();
        Assert.That(() => other.Parameters.Add(parameter), Throws.ArgumentException);
        parameter.Collection!.Clear();
        Assert.That(() => other.Parameters.Add(parameter), Throws.Nothing);
    }

    [Test]
    public void Parameters_without_name_may_occur_many_times()
    {
        var parameters = new MuxCommand().Parameters;
        for (var i = 0; i < 20; i++)
            parameters.AddWithValue("", i);
        Assert.That(parameters, Has.Count.EqualTo(20));
    }

    [Test]
    public void A_missing_name_and_a_foreign_parameter_are_told()
    {
        var parameters = new MuxCommand().Parameters;
        Assert.Multiple(() =>
        {
            Assert.That(() => parameters["x"], Throws.ArgumentException.With.Message.Contains("'x'"));
            Assert.That(() => parameters.Add(new object()), Throws.TypeOf<InvalidCastException>());
        });
    }
}
