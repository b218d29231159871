using System.Data;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Signs of life, fresh starts, cleared links, and passwords that the program gives.</summary>
internal sealed class UpkeepTests : StateFixture
{
    [Test]
    public async Task A_ping_of_a_link_that_was_killed_breaks_its_connection_and_no_other()
    {
        Assert.That(await Owner.PingAsync(), Is.True);
        await Owner.PinAsync("to be killed");
        Assert.That(Owner.Ping(), Is.True);
        await Server.AdminAsync($"KILL {Owner.ServerThread}");
        Assert.That(await Owner.PingAsync(), Is.False);
        Assert.That(Owner.State, Is.EqualTo(ConnectionState.Broken));
        Assert.That(await Neighbour.PingAsync(), Is.True);
    }

    [Test]
    public async Task A_reset_leaves_nothing_of_the_session()
    {
        await RunAllAsync(Owner, "SET @v = 5;; SET time_zone = '+05:00';; CREATE TEMPORARY TABLE tmp (id INT);; START TRANSACTION;; INSERT INTO {t} VALUES (2, 'mine')");
        await Owner.ResetConnectionAsync();
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone"), Is.EqualTo("SYSTEM"));
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM tmp"), Is.EqualTo("!1146"));
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        Assert.That(await AnswerAsync(Owner, "SELECT @v"), Is.EqualTo("NULL"));
    }

    [Test]
    public async Task Cleared_links_are_replaced_and_open_connections_go_on()
    {
        await RunAllAsync(Neighbour, "CREATE TEMPORARY TABLE tmp (id INT)");
        var before = await Owner.ScalarAsync<long>("SELECT CONNECTION_ID()");
        Few.Clear();
        Assert.That(await Owner.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.Not.EqualTo(before));
        Assert.That(await AnswerAsync(Neighbour, "SELECT COUNT(*) FROM tmp"), Is.EqualTo("0"));
        MuxConnection.ClearAllPools();
        Assert.That(await AnswerAsync(Owner, "SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task The_program_gives_the_password_at_each_login([Values] bool async)
    {
        var asked = 0;
        var options = new MuxConnectionStringBuilder(Server.Options($"Database={Schema};{FewLinks}"));
        var password = options.Password;
        options.Password = "";
        var builder = new MuxDataSourceBuilder(options.ConnectionString);
        if (async)
        {
            builder.UsePasswordProvider(async (context, cancellationToken) =>
            {
                await Task.Yield();
                Interlocked.Increment(ref asked);
                Assert.That((context.UserId, context.Database, cancellationToken.IsCancellationRequested), Is.EqualTo((options.UserID, Schema, false)));
                return password;
            });
        }
        else
        {
            builder.UsePasswordProvider(_ => Interlocked.Increment(ref asked) > 0 ? password : "");
        }

        var source = Keep(builder.Build());
        var connection = await OpenAsync(source);
        Assert.That(await AnswerAsync(connection, "SELECT 1"), Is.EqualTo("1"));
        var before = asked;
        Assert.That(before, Is.GreaterThanOrEqualTo(1));
        source.Clear();
        Assert.That(await AnswerAsync(connection, "SELECT 1"), Is.EqualTo("1"));
        Assert.That(asked, Is.GreaterThan(before));
    }

    [Test]
    public async Task A_password_provider_that_fails_says_so_and_is_asked_again()
    {
        var fails = true;
        var options = new MuxConnectionStringBuilder(Server.Options($"Database={Schema}"));
        var password = options.Password;
        options.Password = "";
        var source = Keep(new MuxDataSourceBuilder(options.ConnectionString)
            .UsePasswordProvider(_ => fails ? throw new InvalidOperationException("the vault is shut") : password)
            .Build());
        var error = await Sql.MuxFailureOf(async () => await source.OpenConnectionAsync());
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.ProvidePasswordCallbackFailed));
        Assert.That(error.Message, Does.Contain("the vault is shut").And.Not.Contain(password));
        fails = false;
        Assert.That(await AnswerAsync(await OpenAsync(source), "SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task What_all_connections_should_have_can_be_set_when_they_are_opened()
    {
        var source = Keep(new MuxDataSourceBuilder(Server.Options($"Database={Schema};{FewLinks}"))
            .UseConnectionOpenedCallback(async (connection, cancellationToken) =>
            {
                using var command = connection.Command("SET time_zone = '+04:00'");
                await command.ExecuteNonQueryAsync(cancellationToken);
            })
            .Build());
        foreach (var connection in new[] { await OpenAsync(source), await OpenAsync(source) })
        {
            Assert.That(await AnswerAsync(connection, "SELECT @@time_zone"), Is.EqualTo("+04:00"));
            AssertFloats(connection);
        }
    }

    [Test]
    public async Task A_bad_password_provider_reaches_nobody_elses_links()
    {
        Assert.That(Owner.PinReasons, Is.EqualTo(PinReasons.None));
        var options = new MuxConnectionStringBuilder(Server.Options($"Database={Schema}")) { Password = "" };
        var source = Keep(new MuxDataSourceBuilder(options.ConnectionString).UsePasswordProvider(_ => "wrong").Build());
        Assert.That((await Sql.MuxFailureOf(async () => await source.OpenConnectionAsync())).ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
        Assert.That(await AnswerAsync(Owner, "SELECT 1"), Is.EqualTo("1"));
    }
}
