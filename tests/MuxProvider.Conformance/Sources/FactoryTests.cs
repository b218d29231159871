using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>DbProviderFactory.</summary>
[TestFixture]
internal sealed class FactoryTests
{
    private static readonly Dictionary<string, Func<object?>> s_creators = new()
    {
        ["Command"] = () => Provider.Factory.CreateCommand(),
        ["Connection"] = () => Provider.Factory.CreateConnection(),
        ["ConnectionStringBuilder"] = () => Provider.Factory.CreateConnectionStringBuilder(),
        ["Parameter"] = () => Provider.Factory.CreateParameter(),
        ["DataAdapter"] = () => Provider.Factory.CreateDataAdapter(),
        ["Batch"] = () => Provider.Factory.CreateBatch(),
        ["BatchCommand"] = () => Provider.Factory.CreateBatchCommand(),
        ["DataSource"] = () => Provider.Factory.CreateDataSource("Server=nowhere"),
    };

    private static IEnumerable<string> Creators => s_creators.Keys;

    [TestCaseSource(nameof(Creators))]
    public void It_makes_a_new_one_each_time(string kind)
    {
        var first = s_creators[kind]();
        var second = s_creators[kind]();
        Assert.That(first, Is.Not.Null);
        Assert.That(second, Is.Not.SameAs(first).And.TypeOf(first!.GetType()));
        Assert.That(first.GetType().IsPublic, Is.True);
        (first as IDisposable)?.Dispose();
        (second as IDisposable)?.Dispose();
    }

    [TestCase(typeof(DbConnection))]
    [TestCase(typeof(DbCommand))]
    [TestCase(typeof(DbParameter))]
    [TestCase(typeof(DbDataAdapter))]
    [TestCase(typeof(DbConnectionStringBuilder))]
    public void What_tools_make_by_reflection_has_a_constructor_without_parameters(Type kind)
    {
        var type = kind == typeof(DbConnection) ? Provider.Factory.CreateConnection()!.GetType()
            : kind == typeof(DbCommand) ? Provider.Factory.CreateCommand()!.GetType()
            : kind == typeof(DbParameter) ? Provider.Factory.CreateParameter()!.GetType()
            : kind == typeof(DbDataAdapter) ? Provider.Factory.CreateDataAdapter()!.GetType()
            : Provider.Factory.CreateConnectionStringBuilder()!.GetType();
        Assert.That(type.GetConstructor(Type.EmptyTypes), Is.Not.Null);
    }

    [Test]
    public void It_says_what_it_can_make()
    {
        Assert.That(Provider.Factory.CanCreateDataAdapter, Is.EqualTo(Provider.Factory.CreateDataAdapter() is not null));
        Assert.That(Provider.Factory.CanCreateCommandBuilder, Is.EqualTo(Provider.Factory.CreateCommandBuilder() is not null));
        Assert.That(Provider.Factory.CanCreateDataSourceEnumerator, Is.EqualTo(Provider.Factory.CreateDataSourceEnumerator() is not null));
        Assert.That(Provider.Factory.CanCreateBatch, Is.True);
    }

    [Test]
    public void Its_connections_know_it()
    {
        using var connection = Provider.Factory.CreateConnection()!;
        Assert.That(DbProviderFactories.GetFactory(connection), Is.SameAs(Provider.Factory));
    }

    [Test]
    public void It_has_one_instance_in_a_static_field()
    {
        var field = Provider.FactoryType.GetField("Instance");
        Assert.That(field, Is.Not.Null);
        Assert.That(field!.IsStatic, Is.True);
        Assert.That(field.GetValue(null), Is.SameAs(Provider.Factory));
    }

    [Test]
    public void It_can_be_registered_by_instance_by_type_and_by_name([Values(0, 1, 2)] int how)
    {
        var name = $"{Provider.InvariantName}.{how}";
        switch (how)
        {
            case 0:
                DbProviderFactories.RegisterFactory(name, Provider.Factory);
                break;
            case 1:
                DbProviderFactories.RegisterFactory(name, Provider.FactoryType);
                break;
            default:
                DbProviderFactories.RegisterFactory(name, Provider.FactoryType.AssemblyQualifiedName!);
                break;
        }

        Assert.That(DbProviderFactories.GetFactory(name), Is.SameAs(Provider.Factory));
        Assert.That(DbProviderFactories.UnregisterFactory(name), Is.True);
        Assert.That(DbProviderFactories.TryGetFactory(name, out _), Is.False);
    }
}
