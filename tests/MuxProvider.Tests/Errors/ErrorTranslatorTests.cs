using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

public class ErrorTranslatorTests
{
    private static readonly DataSourceSettings s_settings = new(new MuxConnectionStringBuilder("Server=db1;Port=3307;User ID=app;Password=geheim;Max Links=9"));

    private static MuxException Open(LinkFailureKind kind, ErrPacket? error = null, Exception? inner = null) =>
        ErrorTranslator.OfOpen(new LinkException(kind, Delivery.NotSent, error?.Message ?? "It failed.", error, inner), s_settings)!;

    [Test]
    public void A_refused_login_keeps_the_servers_words_and_number()
    {
        var error = Open(LinkFailureKind.LoginRefused, new ErrPacket(1045, "28000", "Access denied"));
        Assert.Multiple(() =>
        {
            Assert.That(error.Number, Is.EqualTo(1045));
            Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
            Assert.That(error.SqlState, Is.EqualTo("28000"));
            Assert.That(error.ServerMessage, Is.EqualTo("Access denied"));
            Assert.That(error.Message, Does.Contain("Access denied").And.Not.Contain("geheim"));
            Assert.That(error.IsTransient, Is.False);
            Assert.That(error.Data["Server Error Code"], Is.EqualTo(1045));
        });
    }

    [TestCase(LinkFailureKind.Unreachable, 1042)]
    [TestCase(LinkFailureKind.Tls, 1042)]
    [TestCase(LinkFailureKind.TimedOut, 1042)]
    [TestCase(LinkFailureKind.NoLinkAvailable, 1042)]
    [TestCase(LinkFailureKind.Protocol, 2027)]
    public void A_failed_open_keeps_what_the_link_said(LinkFailureKind kind, int number)
    {
        var error = Open(kind);
        Assert.That(error.Number, Is.EqualTo(number));
        Assert.That(error.Message, Does.StartWith("It failed."));
    }

    [Test]
    public void Where_no_link_came_free_the_limit_is_named() =>
        Assert.That(Open(LinkFailureKind.NoLinkAvailable).Message, Does.Contain("Max Links is 9"));

    [Test]
    public void Where_the_server_was_silent_it_is_not()
    {
        var silent = new LinkException(LinkFailureKind.NoLinkAvailable, Delivery.NotSent, "Raise Connection Timeout.");
        Assert.That(ErrorTranslator.OfOpen(silent, s_settings)!.Message, Is.EqualTo("Raise Connection Timeout."));
    }

    [Test]
    public void Too_many_connections_may_pass() =>
        Assert.That(Open(LinkFailureKind.LoginRefused, new ErrPacket(1040, "08004", "Too many connections")).IsTransient, Is.True);

    [Test]
    public void An_unknown_schema_keeps_the_servers_number() =>
        Assert.That(Open(LinkFailureKind.SettingsRefused, new ErrPacket(1049, "42000", "Unknown database 'x'")).Number, Is.EqualTo(1049));

    [TestCase(1180, true)]
    [TestCase(1047, false)]
    [TestCase(1213, false)]
    public void A_commit_that_fails_on_the_server_may_have_happened(int code, bool isUnknown)
    {
        var error = ErrorTranslator.Refused(new ErrPacket((ushort)code, "HY000", "Got error during COMMIT"));
        Assert.That(error.OutcomeUnknown, Is.EqualTo(isUnknown));
    }

    [TestCase(1020, true)]
    [TestCase(1040, true)]
    [TestCase(1053, true)]
    [TestCase(1203, true)]
    [TestCase(1205, true)]
    [TestCase(1213, true)]
    [TestCase(1412, true)]
    [TestCase(1614, true)]
    [TestCase(1615, true)]
    [TestCase(1836, true)]
    [TestCase(1927, true)]
    [TestCase(3572, true)]
    [TestCase(1226, false, "User 'a' has exceeded the 'max_queries_per_hour' resource (current value: 1)")]
    [TestCase(1226, true, "User 'a' has exceeded the 'max_user_connections' resource (current value: 1)")]
    [TestCase(1290, true, "The MySQL server is running with the --super-read-only option so it cannot execute this statement")]
    [TestCase(1290, false, "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement")]
    [TestCase(1047, true, "WSREP has not yet prepared node for application use")]
    [TestCase(1047, false, "Unknown command")]
    [TestCase(1045, false)]
    [TestCase(1049, false)]
    [TestCase(1062, false)]
    [TestCase(1064, false)]
    [TestCase(1317, false)]
    [TestCase(1451, false)]
    [TestCase(1969, false)]
    [TestCase(3024, false)]
    public void The_server_s_transient_errors_are_known(int number, bool isTransient, string message = "x") =>
        Assert.That(ErrorTranslator.Refused(new ErrPacket((ushort)number, "HY000", message)).IsTransient, Is.EqualTo(isTransient));

    [Test]
    public void A_request_that_is_too_large_says_so()
    {
        var error = ErrorTranslator.OfStatement(new LinkException(LinkFailureKind.PacketTooLarge, Delivery.NotSent, "20 MiB."), mayWrite: true, s_settings)!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Number, Is.EqualTo(1153));
            Assert.That(error.Message, Does.Contain("20 MiB."));
            Assert.That(error.IsTransient, Is.False);
            Assert.That(error.OutcomeUnknown, Is.False);
        });
    }

    [Test]
    public void What_the_caller_did_passes_unchanged() =>
        Assert.Multiple(() =>
        {
            Assert.That(ErrorTranslator.OfStatement(new OperationCanceledException(), true, s_settings), Is.Null);
            Assert.That(ErrorTranslator.OfStatement(new ArgumentException("x"), true, s_settings), Is.Null);
            Assert.That(ErrorTranslator.OfStatement(new StatementRejectedException("x"), true, s_settings), Is.Null);
            Assert.That(ErrorTranslator.OfOpen(new OperationCanceledException(), s_settings), Is.Null);
        });
}
