using System.Collections;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>The parameters of a command as a list, and as a dictionary of names.</summary>
[TestFixture]
internal sealed class ParameterCollectionTests
{
    private DbCommand _command = null!;

    private DbParameterCollection Parameters => _command.Parameters;

    [SetUp]
    public void Create()
    {
        _command = Provider.Factory.CreateCommand()!;
        Parameters.AddRange(new[] { New("a", 1), New("@b", 2), New("?c", 3) });
    }

    [TearDown]
    public void Dispose() => _command.Dispose();

    [Test]
    public void It_says_what_it_is()
    {
        Assert.That(Parameters, Has.Count.EqualTo(3));
        Assert.That(Parameters.IsFixedSize, Is.False);
        Assert.That(Parameters.IsReadOnly, Is.False);
        Assert.That(Parameters.IsSynchronized, Is.False);
        Assert.That(Parameters.SyncRoot, Is.Not.Null);
    }

    [Test]
    public void Add_returns_the_place()
    {
        Assert.That(Parameters.Add(New("d", 4)), Is.EqualTo(3));
        Assert.That(Parameters[3].Value, Is.EqualTo(4));
    }

    [TestCase("a", 0)]
    [TestCase("A", 0)]
    [TestCase("@a", 0)]
    [TestCase("?A", 0)]
    [TestCase("b", 1)]
    [TestCase("@B", 1)]
    [TestCase("c", 2)]
    [TestCase("@c", 2)]
    [TestCase("d", -1)]
    [TestCase("", -1)]
    [TestCase("aa", -1)]
    [TestCase(null, -1)]
    public void A_name_is_found_in_any_case_and_with_any_prefix(string? name, int place)
    {
        Assert.That(Parameters.IndexOf(name!), Is.EqualTo(place));
        Assert.That(Parameters.Contains(name!), Is.EqualTo(place >= 0));
        if (place >= 0)
            Assert.That(Parameters[name!], Is.SameAs(Parameters[place]));
        else
            Assert.That(() => Parameters[name!], Throws.InstanceOf<ArgumentException>().Or.InstanceOf<IndexOutOfRangeException>());
    }

    [Test]
    public void A_parameter_is_found_as_itself()
    {
        var parameter = Parameters[1];
        Assert.That(Parameters.IndexOf((object)parameter), Is.EqualTo(1));
        Assert.That(Parameters.Contains((object)parameter), Is.True);
        Assert.That(Parameters.IndexOf((object)New("@b", 2)), Is.EqualTo(-1), "an equal one is another one");
        Assert.That(Parameters.Contains((object)New("@b", 2)), Is.False);
    }

    [TestCase(-1)]
    [TestCase(3)]
    public void A_place_out_of_range_is_said_so(int place)
    {
        Action[] acts =
        [
            () => _ = Parameters[place], () => Parameters[place] = New("x", 1), () => Parameters.RemoveAt(place), () => Parameters.Insert(place < 0 ? place : place + 1, New("x", 1)),
        ];
        foreach (var act in acts)
            Assert.That(() => act(), Throws.InstanceOf<ArgumentOutOfRangeException>().Or.InstanceOf<IndexOutOfRangeException>());
        Assert.That(Names(), Is.EqualTo("a,@b,?c"));
    }

    [TestCase(0, "x,a,@b,?c")]
    [TestCase(1, "a,x,@b,?c")]
    [TestCase(3, "a,@b,?c,x")]
    public void Insert_puts_it_there(int place, string names)
    {
        Parameters.Insert(place, New("x", 9));
        Assert.That(Names(), Is.EqualTo(names));
        Assert.That(Parameters.IndexOf("x"), Is.EqualTo(place));
        Assert.That(Parameters.IndexOf("c"), Is.EqualTo(place <= 2 ? 3 : 2));
    }

    [Test]
    public void Removing_works_by_place_by_name_and_by_itself()
    {
        Parameters.RemoveAt(0);
        Assert.That(Names(), Is.EqualTo("@b,?c"));
        Parameters.RemoveAt("C");
        Assert.That(Names(), Is.EqualTo("@b"));
        Parameters.Remove(Parameters[0]);
        Assert.That(Parameters, Is.Empty);
    }

    [Test]
    public void Removing_what_is_not_there_is_an_error()
    {
        Assert.That(() => Parameters.RemoveAt("nope"), Throws.InstanceOf<ArgumentException>().Or.InstanceOf<IndexOutOfRangeException>());
        Assert.That(() => Parameters.Remove(New("a", 1)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Parameters.Remove(null!), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void Clear_removes_all_and_sets_them_free()
    {
        var parameter = Parameters[0];
        Parameters.Clear();
        Assert.That(Parameters, Is.Empty);
        Assert.That(() => Parameters.Add(parameter), Throws.Nothing);
    }

    [Test]
    public void A_place_and_a_name_can_get_another_parameter()
    {
        var old = Parameters[0];
        Parameters[0] = New("z", 26);
        Parameters["b"] = New("y", 25);
        Assert.That(Names(), Is.EqualTo("z,y,?c"));
        Assert.That(() => Parameters.Add(old), Throws.Nothing, "the one before is free");
        Assert.That(() => Parameters["nope"] = New("x", 1), Throws.InstanceOf<ArgumentException>().Or.InstanceOf<IndexOutOfRangeException>());
    }

    [TestCase("a")]
    [TestCase("@A")]
    [TestCase("?a")]
    public void A_name_occurs_once(string name)
    {
        Assert.That(() => Parameters.Add(New(name, 1)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Parameters.Insert(1, New(name, 1)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Parameters[1] = New(name, 1), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Parameters[2].ParameterName = name, Throws.InstanceOf<ArgumentException>());
        Assert.That(Names(), Is.EqualTo("a,@b,?c"));
    }

    [Test]
    public void Parameters_without_name_may_be_many()
    {
        Parameters.Clear();
        for (var i = 0; i < 3; i++)
            Parameters.Add(New("", i));
        Assert.That(Parameters, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_new_name_is_found_and_the_old_one_is_not()
    {
        Parameters[0].ParameterName = "renamed";
        Assert.That(Parameters.IndexOf("renamed"), Is.Zero);
        Assert.That(Parameters.IndexOf("a"), Is.EqualTo(-1));
    }

    [Test]
    public void A_parameter_belongs_to_one_command_until_it_is_removed()
    {
        using var other = Provider.Factory.CreateCommand()!;
        var parameter = Parameters[0];
        Assert.That(() => other.Parameters.Add(parameter), Throws.InstanceOf<ArgumentException>());
        Parameters.Remove(parameter);
        Assert.That(() => other.Parameters.Add(parameter), Throws.Nothing);
    }

    [Test]
    public void Only_parameters_of_the_provider_are_taken()
    {
        Assert.That(() => Parameters.Add("text"), Throws.InstanceOf<InvalidCastException>().Or.InstanceOf<ArgumentException>());
        Assert.That(() => Parameters.Add(null!), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => Parameters.Insert(0, 5), Throws.InstanceOf<InvalidCastException>().Or.InstanceOf<ArgumentException>());
        Assert.That(() => Parameters.AddRange(null!), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => Parameters.AddRange(new object[] { "text" }), Throws.InstanceOf<InvalidCastException>().Or.InstanceOf<ArgumentException>());
        Assert.That(Parameters, Has.Count.EqualTo(3));
    }

    [Test]
    public void It_can_be_copied_and_walked_through()
    {
        var copy = new object[5];
        Parameters.CopyTo(copy, 1);
        Assert.That(copy, Is.EqualTo(new object?[] { null, Parameters[0], Parameters[1], Parameters[2], null }));
        Assert.That(((IEnumerable)Parameters).Cast<DbParameter>().Select(parameter => parameter.Value), Is.EqualTo(new object[] { 1, 2, 3 }));
    }

    [Test]
    public void Names_are_found_among_hundreds_also_after_changes()
    {
        for (var i = 0; i < 300; i++)
            Parameters.Add(New($"@p{i}", i));
        Parameters.RemoveAt("p7");
        Parameters.RemoveAt(0);
        Assert.That(Parameters.IndexOf("P299"), Is.EqualTo(300));
        Assert.That(Parameters["p8"].Value, Is.EqualTo(8));
        Assert.That(Parameters.Contains("p7"), Is.False);
    }

    private static DbParameter New(string name, object? value)
    {
        var parameter = Provider.Factory.CreateParameter()!;
        parameter.ParameterName = name;
        parameter.Value = value;
        return parameter;
    }

    private string Names() => string.Join(',', Parameters.Cast<DbParameter>().Select(parameter => parameter.ParameterName));
}
