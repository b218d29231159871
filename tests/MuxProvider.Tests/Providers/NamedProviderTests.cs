using System.Data.Common;

namespace MuxProvider.Tests;

/// <summary>Factories by the names of their types.</summary>
public sealed class NamedProviderTests
{
    [Test]
    public void A_field_or_a_property_has_the_instance()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(NamedProvider.Find("MuxProvider.MuxProviderFactory, MuxProvider"), Is.SameAs(MuxProviderFactory.Instance));
            Assert.That(NamedProvider.Find(NameOf<WithField>()), Is.SameAs(WithField.Instance));
            Assert.That(NamedProvider.Find(NameOf<WithProperty>()), Is.SameAs(WithProperty.Instance));
        }
    }

    [TestCase("MuxProvider.NoSuchFactory, MuxProvider", "cannot be found")]
    [TestCase("Some.Factory, No.Such.Assembly", "cannot be found")]
    [TestCase("Some.Factory", "no assembly-qualified name")]
    [TestCase("System.String, System.Private.CoreLib", "no DbProviderFactory")]
    [TestCase("[[[", "no assembly-qualified name")]
    public void A_name_that_leads_nowhere_is_told(string name, string why) => Assert.That(
        () => NamedProvider.Find(name),
        Throws.ArgumentException.With.Message.Contains($"'Provider={name}'").And.Message.Contains(why));

    [Test]
    public void A_factory_without_a_usable_instance_is_told()
    {
        Assert.That(() => NamedProvider.Find(NameOf<WithoutInstance>()), Throws.ArgumentException.With.Message.Contains("'Instance'"));
        Assert.That(() => NamedProvider.Find(NameOf<WithAnotherInstance>()), Throws.ArgumentException.With.Message.Contains("System.String"));
    }

    private static string NameOf<T>() => typeof(T).AssemblyQualifiedName!;

    public sealed class WithField : DbProviderFactory
    {
        public static readonly WithField Instance = new();
    }

    public sealed class WithProperty : DbProviderFactory
    {
        public static WithProperty Instance { get; } = new();
    }

    public sealed class WithoutInstance : DbProviderFactory;

    public sealed class WithAnotherInstance : DbProviderFactory
    {
        public static readonly string Instance = "not me";
    }
}
