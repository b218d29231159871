using System.Data;
using System.Numerics;

namespace MuxProvider.Conformance;

/// <summary>The properties of a parameter.</summary>
[TestFixture]
internal sealed class ParameterTests
{
    private static IEnumerable<TestCaseData> TypedValues()
    {
        (object? Value, DbType Type)[] cases =
        [
            (true, DbType.Boolean), ((sbyte)1, DbType.SByte), ((byte)1, DbType.Byte), ((short)1, DbType.Int16), ((ushort)1, DbType.UInt16), (1, DbType.Int32),
            (1u, DbType.UInt32), (1L, DbType.Int64), (1ul, DbType.UInt64), (1f, DbType.Single), (1.0, DbType.Double), (1m, DbType.Decimal), ("x", DbType.String),
            (new byte[1], DbType.Binary), (new DateTime(2026, 1, 1), DbType.DateTime), (DateTimeOffset.UnixEpoch, DbType.DateTimeOffset),
            (new DateOnly(2026, 1, 1), DbType.Date), (TimeSpan.FromHours(1), DbType.Time), (new TimeOnly(1, 0), DbType.Time), (Guid.Empty, DbType.Guid),
            (DayOfWeek.Friday, DbType.Int32), (null, DbType.String), (DBNull.Value, DbType.String), (BigInteger.One, DbType.Decimal),
        ];
        return cases.Select(row => new TestCaseData(row.Value, row.Type).SetArgDisplayNames(row.Value?.GetType().Name ?? "null", row.Type.ToString()));
    }

    [Test]
    public void A_new_parameter_has_the_documented_defaults()
    {
        var parameter = Provider.Factory.CreateParameter()!;
        Assert.That(parameter.DbType, Is.EqualTo(DbType.String));
        Assert.That(parameter.Direction, Is.EqualTo(ParameterDirection.Input));
        Assert.That(parameter.IsNullable, Is.False);
        Assert.That(parameter.ParameterName, Is.Empty);
        Assert.That(parameter.SourceColumn, Is.Empty);
        Assert.That(parameter.SourceColumnNullMapping, Is.False);
        Assert.That(parameter.SourceVersion, Is.EqualTo(DataRowVersion.Current));
        Assert.That(parameter.Size, Is.Zero);
        Assert.That(parameter.Precision, Is.Zero);
        Assert.That(parameter.Scale, Is.Zero);
        Assert.That(parameter.Value, Is.Null);
    }

    [TestCaseSource(nameof(TypedValues))]
    public void The_type_follows_from_the_value_until_it_is_set(object? value, DbType type)
    {
        var parameter = Provider.Factory.CreateParameter()!;
        parameter.Value = value;
        Assert.That(parameter.DbType, Is.EqualTo(type));
        parameter.DbType = DbType.Int64;
        Assert.That(parameter.DbType, Is.EqualTo(DbType.Int64));
        Assert.That(parameter.Value, Is.SameAs(value), "the type does not touch the value");
        parameter.ResetDbType();
        Assert.That(parameter.DbType, Is.EqualTo(type));
    }

    [Test]
    public void Every_type_can_be_set([Values] DbType type)
    {
        if (type is DbType.Xml or DbType.VarNumeric or DbType.Currency or DbType.DateTime2 or DbType.AnsiString or DbType.AnsiStringFixedLength)
            Assert.That(() => Provider.Factory.CreateParameter()!.DbType = type, Throws.Nothing, "whether it is kept as it is or as its nearest kin is not promised");
        else
        {
            var parameter = Provider.Factory.CreateParameter()!;
            parameter.DbType = type;
            Assert.That(parameter.DbType, Is.EqualTo(type));
        }
    }

    [Test]
    public void Every_direction_can_be_set([Values] ParameterDirection direction)
    {
        var parameter = Provider.Factory.CreateParameter()!;
        parameter.Direction = direction;
        Assert.That(parameter.Direction, Is.EqualTo(direction));
    }

    [TestCase(null, "")]
    [TestCase("", "")]
    [TestCase("a", "a")]
    [TestCase("@a", "@a")]
    [TestCase("?a", "?a")]
    public void A_name_is_given_back_as_it_was_set(string? name, string back)
    {
        var parameter = Provider.Factory.CreateParameter()!;
        parameter.ParameterName = name;
        Assert.That(parameter.ParameterName, Is.EqualTo(back));
    }

    [Test]
    public void Everything_else_is_given_back_as_it_was_set()
    {
        var parameter = Provider.Factory.CreateParameter()!;
        parameter.IsNullable = true;
        parameter.Size = 17;
        parameter.Precision = 9;
        parameter.Scale = 4;
        parameter.SourceColumn = "column";
        parameter.SourceColumnNullMapping = true;
        parameter.SourceVersion = DataRowVersion.Original;
        Assert.That(parameter.IsNullable, Is.True);
        Assert.That(parameter.Size, Is.EqualTo(17));
        Assert.That(parameter.Precision, Is.EqualTo(9));
        Assert.That(parameter.Scale, Is.EqualTo(4));
        Assert.That(parameter.SourceColumn, Is.EqualTo("column"));
        Assert.That(parameter.SourceColumnNullMapping, Is.True);
        Assert.That(parameter.SourceVersion, Is.EqualTo(DataRowVersion.Original));
        parameter.SourceColumn = null;
        Assert.That(parameter.SourceColumn, Is.Empty);
    }
}
