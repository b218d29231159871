using System.Collections;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>DbConnectionStringBuilder, as tools use it that know no provider.</summary>
[TestFixture]
internal sealed class ConnectionStringBuilderTests
{
    [TestCase("Server", "db")]
    [TestCase("Port", 3310)]
    [TestCase("User ID", "me")]
    [TestCase("Password", "p;w=\"'")]
    [TestCase("Database", "shop")]
    [TestCase("Pooling", false)]
    [TestCase("Connection Timeout", 3)]
    [TestCase("Default Command Timeout", 4)]
    [TestCase("Maximum Pool Size", 5)]
    [TestCase("SSL Mode", "Required")]
    [TestCase("Allow User Variables", true)]
    [TestCase("Application Name", "ü 😀")]
    public void An_option_goes_through_the_text_and_back_in_any_case(string key, object value)
    {
        var builder = New();
        builder[key] = value;
        Assert.That(builder.ContainsKey(key.ToUpperInvariant()), Is.True);
        var back = New();
        back.ConnectionString = builder.ConnectionString;
        Assert.That(Convert.ToString(back[key.ToLowerInvariant()], null), Is.EqualTo(Convert.ToString(value, null)));
        Assert.That(back.EquivalentTo(builder), Is.True);
        Assert.That(back.TryGetValue(key, out _), Is.True);
        Assert.That(back.Remove(key), Is.True);
        Assert.That(back.Remove(key), Is.False);
        Assert.That(back.ConnectionString, Is.Empty);
    }

    [TestCase("Host", "Server")]
    [TestCase("Data Source", "Server")]
    [TestCase("Uid", "User ID")]
    [TestCase("Pwd", "Password")]
    [TestCase("Initial Catalog", "Database")]
    [TestCase("Connect Timeout", "Connection Timeout")]
    public void Other_names_of_an_option_mean_the_same(string alias, string name)
    {
        var builder = New();
        builder[alias] = "5";
        Assert.That(Convert.ToString(builder[name], null), Is.EqualTo("5"));
        Assert.That(builder, Has.Count.EqualTo(1));
        Assert.That(builder.ConnectionString, Does.StartWith(name).IgnoreCase);
    }

    [TestCase("No Such Option")]
    [TestCase("")]
    public void An_option_that_does_not_exist_is_an_argument_error(string key)
    {
        var builder = New();
        Assert.That(() => builder[key] = "1", Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder[key], Throws.InstanceOf<ArgumentException>());
        Assert.That(builder.ConnectionString, Is.Empty);
    }

    [TestCase("Port", "many")]
    [TestCase("Port", "-1")]
    [TestCase("Pooling", "perhaps")]
    [TestCase("SSL Mode", "perhaps")]
    public void A_value_that_an_option_cannot_have_is_an_argument_error(string key, string value)
    {
        var builder = New();
        Assert.That(
            () =>
            {
                builder[key] = value;
                _ = builder[key];
            },
            Throws.InstanceOf<ArgumentException>().Or.InstanceOf<FormatException>());
    }

    [Test]
    public void Setting_null_removes()
    {
        var builder = New();
        builder["Server"] = "db";
        builder["Server"] = null!;
        Assert.That(builder.ConnectionString, Is.Empty);
    }

    [TestCase("Server=a;Server=b", "b")]
    [TestCase("server=a;HOST=b", "b")]
    [TestCase(" Server = a ", "a")]
    [TestCase("Server='a;b'", "a;b")]
    [TestCase("Server=\"a'b\"", "a'b")]
    [TestCase(";;Server=a;;", "a")]
    public void A_text_is_read_as_ADO_NET_writes_it(string text, string server)
    {
        var builder = New();
        builder.ConnectionString = text;
        Assert.That(builder["Server"], Is.EqualTo(server));
    }

    [TestCase("Server")]
    [TestCase("=x")]
    [TestCase("Server='a")]
    public void A_text_that_is_none_is_an_argument_error(string text)
    {
        var builder = New();
        Assert.That(() => builder.ConnectionString = text, Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void Keys_and_values_belong_together()
    {
        var builder = New();
        builder.ConnectionString = "Server=a;Port=1;User ID=u";
        Assert.That(builder.Keys, Has.Count.EqualTo(builder.Count));
        var keys = builder.Keys!.Cast<string>().ToArray();
        var values = builder.Values!.Cast<object>().Select(value => Convert.ToString(value, null)).ToArray();
        Assert.That(keys.Zip(values).OrderBy(pair => pair.First, StringComparer.Ordinal), Is.EqualTo(new[] { ("Port", "1"), ("Server", "a"), ("User ID", "u") }));
        Assert.That(((IDictionary)builder).Contains("server"), Is.True);
        builder.Clear();
        Assert.That(builder.ConnectionString, Is.Empty);
    }

    [Test]
    public void Order_and_case_do_not_make_a_difference()
    {
        var one = New();
        var other = New();
        one.ConnectionString = "Server=a;Port=1";
        other.ConnectionString = "PORT=1;host=a";
        Assert.That(one.EquivalentTo(other), Is.True);
        other["Port"] = 2;
        Assert.That(one.EquivalentTo(other), Is.False);
    }

    [Test]
    public void It_can_be_browsed_by_property_grids()
    {
        var builder = New();
        builder["Server"] = "db";
        var properties = System.ComponentModel.TypeDescriptor.GetProperties(builder);
        Assert.That(properties["Server"], Is.Not.Null);
        Assert.That(properties["Server"]!.GetValue(builder), Is.EqualTo("db"));
    }

    private static DbConnectionStringBuilder New() => Provider.Factory.CreateConnectionStringBuilder()!;
}
