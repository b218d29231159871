using System.Data.Common;

namespace MuxProvider.Tests;

/// <summary>Which links over another provider are alike, and what cannot be combined. Nothing is connected.</summary>
public sealed class InnerProviderTests
{
    private static readonly MuxProviderHooks s_none = new();

    [Test]
    public void Links_are_alike_where_everything_but_the_schema_and_the_sharing_is()
    {
        var key = Key("Server=db1;User ID=app;Password=secret;Database=a;Max Links=2");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Key("Server=db1;User ID=app;Password=secret;Database=b;Max Links=3"), Is.EqualTo(key));
            Assert.That(Key("Server=db2;User ID=app;Password=secret"), Is.Not.EqualTo(key));
            Assert.That(Key("Server=db1;User ID=app;Password=other"), Is.Not.EqualTo(key));
            Assert.That(Key("Server=db1;User ID=app;Password=secret;Use Affected Rows=true"), Is.Not.EqualTo(key));
            Assert.That(Key("Server=db1;User ID=app;Password=secret;Coalesce=true"), Is.Not.EqualTo(key));
            Assert.That(key.Transport, Is.EqualTo("adonet"));
            Assert.That(string.Join(' ', key, key.Endpoints, key.UserId, key.CredentialHash, key.Security, key.Flags), Does.Not.Contain("secret"));
        }
    }

    [Test]
    public void Hooks_and_factories_count_by_what_they_are()
    {
        static long One(DbConnection connection) => 1;
        Func<DbConnection, long> hook = One;
        var options = new MuxConnectionStringBuilder("Server=db1");
        var key = InnerProviders.Over(MuxProviderFactory.Instance, options, s_none).Key;

        var hooked = InnerProviders.Over(MuxProviderFactory.Instance, options, new MuxProviderHooks { ServerThread = hook }).Key;

        Assert.That(hooked, Is.Not.EqualTo(key));
        Assert.That(InnerProviders.Over(MuxProviderFactory.Instance, options, new MuxProviderHooks { ServerThread = hook }).Key, Is.EqualTo(hooked));
        var others = Enumerable.Range(0, 2).Select(_ => InnerProviders.Over(new Around(MuxProviderFactory.Instance), options, s_none).Key);
        Assert.That(others, Is.Unique);
    }

    [Test]
    public void A_data_source_counts_by_identity()
    {
        using var first = Around.Source("Server=db1;Port=3307;Password=secret;Allow User Variables=true");
        using var second = Around.Source("Server=db1;Port=3307;Password=secret;Allow User Variables=true");
        var options = new MuxConnectionStringBuilder("Max Links=2");

        var inner = InnerProviders.Over(first, options, s_none);

        Assert.That(InnerProviders.Over(first, options, s_none).Key, Is.EqualTo(inner.Key));
        Assert.That(InnerProviders.Over(second, options, s_none).Key, Is.Not.EqualTo(inner.Key));
        Assert.That((inner.Server, inner.Port, inner.Name, inner.ParameterType), Is.EqualTo(("db1", 3307u, nameof(MuxConnection), typeof(MuxParameter))));
    }

    [TestCase("Server=db2", "'Server'")]
    [TestCase("User ID=app;SSL Mode=None", "'User ID', 'SSL Mode'")]
    [TestCase("Use Affected Rows=true", "'Use Affected Rows'")]
    public void A_data_source_says_how_to_connect_and_nobody_else(string options, string named)
    {
        using var inner = Around.Source("Server=db1;Allow User Variables=true");

        Assert.That(() => new MuxDataSourceBuilder(options).UseDataSource(inner).Build(), Throws.ArgumentException.With.Message.Contains(named));
    }

    [Test]
    public void A_data_source_that_takes_no_user_variables_is_refused()
    {
        using var inner = Around.Source("Server=db1;Password=secret");

        Assert.That(
            () => new MuxDataSourceBuilder().UseDataSource(inner).Build(),
            Throws.ArgumentException.With.Message.Contains("'Allow User Variables=true'").And.Message.Not.Contains("secret"));
    }

    [Test]
    public void What_says_the_same_twice_is_refused()
    {
        var named = new MuxDataSourceBuilder("Provider=MuxProvider.MuxProviderFactory, MuxProvider").UseProvider(MuxProviderFactory.Instance);
        Assert.That(named.Build, Throws.ArgumentException.With.Message.Contains("Provider"));
        var called = new MuxDataSourceBuilder("Server=db1").UseProvider(MuxProviderFactory.Instance).UsePasswordProvider(static _ => "secret");
        Assert.That(called.Build, Throws.ArgumentException.With.Message.Contains(nameof(MuxConnection)));
    }

    [Test]
    public void Files_are_not_offered_and_coalescing_is_for_other_providers()
    {
        Assert.That(new MuxDataSourceBuilder("Allow Load Local Infile=true").UseProvider(MuxProviderFactory.Instance).Build, Throws.InstanceOf<NotSupportedException>());
        Assert.That(new MuxDataSourceBuilder("Coalesce=true").Build, Throws.ArgumentException.With.Message.Contains("Coalesce"));
        Assert.That(new MuxDataSourceBuilder("Target Session=Primary").UseProvider(MuxProviderFactory.Instance).Build, Throws.InstanceOf<NotSupportedException>());
        Assert.That(new MuxDataSourceBuilder("Pipelining=true").UseProvider(MuxProviderFactory.Instance).Build, Throws.InstanceOf<NotSupportedException>());
    }

    [Test]
    public void What_our_own_links_cannot_do_is_the_other_providers_affair()
    {
        using var source = new MuxDataSourceBuilder("Server=a,b;Load Balance=RoundRobin;Use Compression=true").UseProvider(MuxProviderFactory.Instance).Build();

        Assert.That(source.ConnectionString, Does.Contain("Compression"));
    }

    [Test]
    public void The_data_source_shows_where_it_leads_and_no_password()
    {
        using var source = new MuxDataSourceBuilder("Server=db1;User ID=app;Password=secret;Provider=MuxProvider.MuxProviderFactory, MuxProvider").Build();
        using var connection = source.CreateConnection();

        Assert.That((connection.DataSource, source.ConnectionString), Is.EqualTo(("db1", "server=db1;user id=app;provider=\"MuxProvider.MuxProviderFactory, MuxProvider\"")).Using<(string, string)>(static (a, b) => a.Item1 == b.Item1 && a.Item2.Replace("\"", "", StringComparison.Ordinal).Equals(b.Item2.Replace("\"", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)));
        Assert.That(source.ToString(), Does.Not.Contain("secret"));
    }

    private static Multiplexing.HostKey Key(string options) => InnerProviders.Over(MuxProviderFactory.Instance, new MuxConnectionStringBuilder(options), s_none).Key;

    private sealed class Around(DbProviderFactory inner) : DbProviderFactory
    {
        public static DbDataSource Source(string connectionString) => new DataSource(connectionString);

        public override DbConnection? CreateConnection() => inner.CreateConnection();

        public override DbConnectionStringBuilder? CreateConnectionStringBuilder() => inner.CreateConnectionStringBuilder();

        private sealed class DataSource(string connectionString) : DbDataSource
        {
            public override string ConnectionString => connectionString;

            protected override DbConnection CreateDbConnection() => new MuxConnection(connectionString);
        }
    }
}
