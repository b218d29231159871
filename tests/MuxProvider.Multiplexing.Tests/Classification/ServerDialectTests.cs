using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>The dialect of a server, from its greeting.</summary>
[TestFixture]
public sealed class ServerDialectTests
{
    [TestCase("10.11.19-MariaDB-0+deb12u1", true, 101119)]
    [TestCase("5.5.5-10.6.11-MariaDB-log", true, 100611)]
    [TestCase("9.7.4", false, 90704)]
    [TestCase("8.0.36-0ubuntu0.22.04.1", false, 80036)]
    [TestCase("8.4", false, 80400)]
    [TestCase("", false, 0)]
    [TestCase("nothing", false, 0)]
    public void It_is_read_from_the_greeting(string greeting, bool isMariaDb, int version)
    {
        var dialect = ServerDialect.From(ServerVersion.Parse(greeting));
        Assert.That(dialect, Is.EqualTo(new ServerDialect(isMariaDb, version)));
        Assert.That(dialect.IsKnown, Is.EqualTo(version > 0));
    }

    [TestCase(50699, true)]
    [TestCase(50700, false)]
    [TestCase(99999, false)]
    [TestCase(100000, true)]
    [TestCase(110806, true)]
    [TestCase(110807, false)]
    [TestCase(0, true)]
    public void MariaDb_leaves_out_the_versions_of_MySql_that_it_does_not_follow(int version, bool expected)
    {
        var dialect = new ServerDialect(IsMariaDb: true, 110806);
        Assert.That(dialect.Executes(onlyMariaDb: false, version), Is.EqualTo(expected));
        Assert.That(dialect.Executes(onlyMariaDb: true, version), Is.EqualTo(version <= 110806));
    }

    [Test]
    public void An_unknown_server_executes_nothing() => Assert.That(default(ServerDialect).Executes(onlyMariaDb: false, 0), Is.False);
}
