using MuxProvider.Links.MySql;
using MuxProvider.Protocol;

namespace MuxProvider.Links.Tests;

/// <summary>Which errors say that a server is not what it was.</summary>
[TestFixture]
public sealed class TargetRuleTests
{
    private const string ReadOnly = "The MySQL server is running with the --super-read-only option so it cannot execute this statement";
    private const string NotReady = "WSREP has not yet prepared node for application use";

    [TestCase(1290, ReadOnly, TargetSession.Primary, ExpectedResult = ServerRole.Replica)]
    [TestCase(1290, "The MariaDB server is running with the --read-only option so it cannot execute this statement", TargetSession.Primary, ExpectedResult = ServerRole.Replica)]
    [TestCase(1290, "The MariaDB server is running with the read_only=READ_ONLY option", TargetSession.Primary, ExpectedResult = ServerRole.Replica)]
    [TestCase(1290, ReadOnly, TargetSession.Replica, ExpectedResult = null)]
    [TestCase(1290, ReadOnly, TargetSession.PreferReplica, ExpectedResult = null)]
    [TestCase(1290, ReadOnly, TargetSession.Any, ExpectedResult = null)]
    [TestCase(1290, "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement", TargetSession.Primary, ExpectedResult = null)]
    [TestCase(1836, "Running in read-only mode", TargetSession.Primary, ExpectedResult = ServerRole.Replica)]
    [TestCase(1792, "Cannot execute statement in a READ ONLY transaction", TargetSession.Primary, ExpectedResult = null)]
    [TestCase(1047, NotReady, TargetSession.Any, ExpectedResult = ServerRole.NotReady)]
    [TestCase(1047, NotReady, TargetSession.Replica, ExpectedResult = ServerRole.NotReady)]
    [TestCase(1047, "Unknown command", TargetSession.Primary, ExpectedResult = null)]
    [TestCase(1062, "Duplicate entry 'read-only' for key 'PRIMARY'", TargetSession.Primary, ExpectedResult = null)]
    public ServerRole? Only_what_is_about_the_server_counts(int code, string message, TargetSession target) =>
        TargetRule.Demotion(target, new ErrPacket((ushort)code, "HY000", message));

    [TestCase("0|0", "0|ON", ServerRole.Primary, false)]
    [TestCase("1|0", "", ServerRole.Replica, false)]
    [TestCase("0|1", "", ServerRole.Replica, false)]
    [TestCase("READ_ONLY_NO_LOCK|0", "OFF|ON", ServerRole.Replica, false)]
    [TestCase("", "", ServerRole.Primary, false)]
    [TestCase("0|0", "1|ON", ServerRole.Primary, true)]
    [TestCase("0|0", "1|OFF", ServerRole.NotReady, true)]
    [TestCase("1|0", "ON|ON", ServerRole.Replica, true)]
    public void The_answers_of_the_login_tell_the_role(string plain, string cluster, ServerRole role, bool isNode) => Assert.That(
        ServerRoles.Read(plain.Split('|', StringSplitOptions.RemoveEmptyEntries), cluster.Split('|', StringSplitOptions.RemoveEmptyEntries)), Is.EqualTo((role, isNode)));

    [TestCase("mariadb://db2:3307/", "db2:3307", null)]
    [TestCase("mysql://db2/?user=app%40db2&ttl=60", "db2:3306", "app@db2")]
    [TestCase("mysql://[db2.example]:3310/?user=app", "db2.example:3310", "app")]
    [TestCase("MARIADB://[::1]:3307", "[::1]:3307", null)]
    [TestCase("mariadb://app:secret@db2:3307/shop", "db2:3307", "app")]
    [TestCase("mariadb://app@db2?user=other", "db2:3306", "other")]
    [TestCase("mariadb://", null, null)]
    [TestCase("http://db2:3307/", null, null)]
    [TestCase("mariadb://db2:x/", null, null)]
    [TestCase("", null, null)]
    public void A_redirection_names_a_place_and_perhaps_a_user(string url, string? place, string? user)
    {
        var redirection = Redirection.Parse(url);
        Assert.That((redirection?.Address.ToString(), redirection?.UserId), Is.EqualTo((place, user)));
    }
}
