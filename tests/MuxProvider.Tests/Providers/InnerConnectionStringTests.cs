using System.Data.Common;

namespace MuxProvider.Tests;

/// <summary>The connection string of the connections underneath.</summary>
public sealed class InnerConnectionStringTests
{
    private static readonly string[] s_truth = ["True", "False"];

    [Test]
    public void Options_of_the_connection_go_under_the_names_that_the_provider_knows()
    {
        var builder = new KeywordBuilder((["host"], "", null), (["port"], 3306, null), (["uid"], "", null), (["pwd"], "", null), (["keepalive"], 0, null));

        var written = Write("Server=db1;Port=3307;User ID=app;Password=se;Keep Alive=5", builder);

        Assert.That(Parts(written), Is.EquivalentTo((string[])["host=db1", "port=3307", "uid=app", "pwd=se", "keepalive=5"]));
    }

    [Test]
    public void Options_of_our_own_stay_and_the_schema_travels()
    {
        var written = Write("Server=db1;Database=shop;Max Links=5;Multiplexing=false;Treat Tiny As Boolean=true;Default Command Timeout=3;Coalesce=true;Provider=x", new KeywordBuilder((["Server"], "", null)));

        Assert.That(Parts(written), Is.EqualTo((string[])["Server=db1"]));
    }

    [Test]
    public void What_the_provider_does_not_know_is_an_error_that_names_both()
    {
        Assert.That(
            () => Write("Server=db1;SSL CA=ca.pem", new KeywordBuilder((["Server"], "", null))),
            Throws.ArgumentException.With.Message.EqualTo("The connection-string option 'SSL CA' cannot be honoured: SomeConnection does not know it."));
        Assert.That(
            () => Write("Use Affected Rows=true", new KeywordBuilder()),
            Throws.ArgumentException.With.Message.Contains("'Use Affected Rows'"));
        Assert.That(Write("Use Affected Rows=false", new KeywordBuilder()), Is.Empty);
    }

    [Test]
    public void A_value_that_the_provider_does_not_take_is_an_error_unless_it_has_another_spelling()
    {
        Assert.That(Write("SSL Mode=None", new KeywordBuilder((["Ssl-Mode", "SslMode"], "Preferred", ["Preferred", "Disabled"]))), Is.EqualTo("Ssl-Mode=Disabled"));
        Assert.That(Write("Load Balance=LeastLinks", new KeywordBuilder((["LoadBalance"], "RoundRobin", ["RoundRobin", "LeastConnections"]))), Is.EqualTo("LoadBalance=LeastConnections"));
        Assert.That(Write("Connection Protocol=Unix", new KeywordBuilder((["Protocol"], "Socket", ["Socket", "Unix"]))), Is.EqualTo("Protocol=Unix"));
        Assert.That(
            () => Write("SSL Mode=VerifyFull", new KeywordBuilder((["SslMode"], "Preferred", ["Preferred"]))),
            Throws.ArgumentException.With.Message.Contains("'SSL Mode=VerifyFull'").And.Message.Contains("SomeConnection"));
    }

    [Test]
    public void A_password_that_is_not_taken_is_not_shown()
    {
        var error = Assert.Throws<ArgumentException>(() => Write("Password=sesame", new KeywordBuilder((["Password"], "", ["other"]))));

        Assert.That(error!.ToString(), Does.Contain("'Password'").And.Not.Contain("sesame"));
    }

    [Test]
    public void What_links_need_is_set_where_the_provider_knows_it()
    {
        var builder = new KeywordBuilder(
            (["Pooling"], true, s_truth),
            (["Connection Reset"], true, s_truth),
            (["AutoEnlist"], true, s_truth),
            (["Allow User Variables"], false, s_truth),
            (["Treat Tiny As Boolean"], true, s_truth),
            (["GuidFormat"], "Default", ["Default", "None"]),
            (["DateTimeKind"], "Unspecified", ["Unspecified", "Utc"]),
            (["CharSet"], "", null),
            (["UseAffectedRows"], false, s_truth),
            (["ConnectionTimeout"], 15, null),
            (["PersistSecurityInfo"], false, s_truth),
            (["AllowZeroDateTime"], false, s_truth),
            (["Allow Load Local Infile"], false, s_truth));

        var written = Write("Use Affected Rows=true;Connection Timeout=7;Allow Zero DateTime=true;Allow User Variables=false;Pooling=true", builder);

        Assert.That(Parts(written), Is.EquivalentTo((string[])[
            "Pooling=False", "Connection Reset=False", "AutoEnlist=False", "Allow User Variables=True", "Treat Tiny As Boolean=False", "GuidFormat=None",
            "DateTimeKind=Unspecified", "CharSet=utf8mb4", "UseAffectedRows=True", "ConnectionTimeout=7", "PersistSecurityInfo=False", "AllowZeroDateTime=True",
            "Allow Load Local Infile=False",
        ]));
    }

    [Test]
    public void A_builder_of_no_provider_in_particular_gets_what_the_user_said_and_no_more()
    {
        Assert.That(Parts(Write("Server=db1;User ID=app;Max Links=3", new DbConnectionStringBuilder())), Is.EquivalentTo((string[])["Server=db1", "User ID=app"]));
    }

    [Test]
    public void Our_own_factory_gets_a_link_for_each_connection()
    {
        var written = new MuxConnectionStringBuilder(Write("Server=db1;Database=shop;Provider=x;Coalesce=true;SSL Mode=Required", new MuxConnectionStringBuilder()));

        Assert.That((written.Pooling, written.AllowUserVariables, written.TreatTinyAsBoolean, written.GuidFormat, written.AutoEnlist), Is.EqualTo((false, true, false, MuxGuidFormat.None, false)));
        Assert.That((written.Server, written.Database, written.Provider, written.SslMode), Is.EqualTo(("db1", "", "", MuxSslMode.Required)));
    }

    private static string Write(string options, DbConnectionStringBuilder builder) =>
        InnerConnectionString.Write(new MuxConnectionStringBuilder(options), builder, "SomeConnection");

    private static string[] Parts(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries);
}
