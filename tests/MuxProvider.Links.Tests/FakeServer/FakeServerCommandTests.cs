using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class FakeServerCommandTests
{
    [Test]
    public void System_variables_come_back_under_the_names_asked_for()
    {
        using var server = new FakeServer(FakeServerOptions.MariaDb.WithVariables(("net_write_timeout", "7")));
        using var client = RawClient.Connect(server);
        var reply = client.Query("SELECT @@sql_mode, @@session.net_write_timeout AS patience, @@global.autocommit, 'a,b', NULL, @unset");
        Assert.That(reply.Columns, Is.EqualTo(new[] { "@@sql_mode", "patience", "@@global.autocommit", "'a,b'", "NULL", "@unset" }));
        Assert.That(reply.Rows[0], Is.EqualTo(new[] { server.Options.Variables["sql_mode"], "7", "1", "a,b", null, null }));
        Assert.That(client.Query("SELECT @@nothing").Error?.Code, Is.EqualTo(1193));
    }

    [Test]
    public void Sessions_keep_their_own_state_and_track_it()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server, "test");
        using var neighbour = RawClient.Connect(server);
        Assert.That(client.Query("SET NAMES utf8mb4").Error, Is.Null);
        Assert.That(client.Query("SET SESSION session_track_state_change = 1, @@session.session_track_system_variables = '*'").Evidence.StateChanged, Is.True);

        var mode = client.Query("SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'").Evidence;
        Assert.That(mode.SqlMode, Is.EqualTo("ANSI_QUOTES,NO_BACKSLASH_ESCAPES"));
        Assert.That(mode.Status, Is.EqualTo(ServerStatus.AutoCommit | ServerStatus.NoBackslashEscapes | ServerStatus.AnsiQuotes | ServerStatus.SessionStateChanged));

        client.Send(writer => Commands.WriteInitDb(writer, "other"));
        Assert.That(client.ReadReply().Evidence.Schema, Is.EqualTo("other"));
        client.Send(writer => Commands.WriteInitDb(writer, "nowhere"));
        Assert.That(client.ReadReply().Error?.Code, Is.EqualTo(1049));
        Assert.That(client.Query("USE `third`").Evidence.Schema, Is.EqualTo("third"));

        Assert.That(client.Query("SET @a := 'x'").Evidence.StateChanged, Is.True);
        Assert.That(client.Query("SELECT @a").Rows[0][0], Is.EqualTo("x"));
        Assert.That(client.Query("BEGIN").Evidence.Status.HasFlag(ServerStatus.InTransaction), Is.True);
        Assert.That(client.Command(CommandCode.Ping).Evidence.Status.HasFlag(ServerStatus.InTransaction), Is.True);
        Assert.That(client.Query("SET autocommit=0").Evidence.Status.HasFlag(ServerStatus.AutoCommit), Is.False);

        Assert.That(client.Command(CommandCode.ResetConnection).Evidence.Status, Is.EqualTo(ServerStatus.AutoCommit));
        Assert.That(client.Query("SELECT @a, DATABASE(), @@autocommit").Rows[0], Is.EqualTo(new[] { null, "third", "1" }));
        Assert.That(neighbour.Query("SELECT DATABASE(), @@sql_mode").Rows[0], Is.EqualTo(new[] { null, server.Options.Variables["sql_mode"] }));
    }

    [Test]
    public void Results_of_all_kinds_can_be_answered([Values] bool deprecateEof, [Values] bool sessionTrack)
    {
        var capabilities = RawClient.Usual;
        if (!deprecateEof)
            capabilities &= ~CapabilityFlags.DeprecateEof;
        if (!sessionTrack)
            capabilities &= ~CapabilityFlags.SessionTrack;
        using var server = new FakeServer(FakeServerOptions.MySql.Without(~capabilities & (CapabilityFlags.DeprecateEof | CapabilityFlags.SessionTrack)));
        var rows = FakeReply.Rows(["id", "name"], [1, "eins"], [2, null], [3, new string('x', 70_000)]);
        server.OnQuery("rows", rows);
        server.OnQuery("none", FakeReply.Rows(["id"]));
        server.OnQuery("late", rows.ThenError(1205, "HY000", "late"));
        server.OnQuery("several", FakeReply.Several(rows, FakeReply.Ok(3, 4), rows, FakeReply.Error(1062, "23000", "twice")));
        server.OnQuery("tracked", FakeReply.Ok(track: SessionTrack.Empty.Variable("time_zone", "UTC").Schema("other").StateChange()));
        using var client = RawClient.Connect(server);
        Assert.That(client.Agreed, Is.EqualTo(capabilities));

        client.SendQueries("rows", "none", "late", "several", "tracked", "unknown");
        var reply = client.ReadReply();
        Assert.That(reply.Columns, Is.EqualTo(new[] { "id", "name" }));
        Assert.That(reply.Rows, Is.EqualTo(new string?[][] { ["1", "eins"], ["2", null], ["3", new string('x', 70_000)] }));
        Assert.That(reply.Sequences, Is.EqualTo(Enumerable.Range(1, deprecateEof ? 7 : 8)));
        Assert.That(client.ReadReply().Rows, Is.Empty);
        reply = client.ReadReply();
        Assert.That((reply.Rows.Length, reply.Error?.Code), Is.EqualTo((3, 1205)));
        reply = client.ReadReply();
        Assert.That((reply.Rows.Length, reply.Error?.Code), Is.EqualTo((6, 1062)));
        var evidence = client.ReadReply().Evidence;
        Assert.That((evidence.StateChanged, evidence.Schema), Is.EqualTo((sessionTrack, sessionTrack ? "other" : null)));
        Assert.That(client.ReadReply().Error?.Code, Is.EqualTo(1064));
        client.Dispose();
        LeakCheck.Clean(server);
    }

    [Test]
    public void Packets_beyond_16_MiB_are_cut_and_joined()
    {
        const int length = 0xFFFFFF + 5;
        using var server = new FakeServer(FakeServerOptions.MariaDb.WithVariables(("max_allowed_packet", "40000000")));
        server.OnQuery(text => text.Length > 1000 ? FakeReply.Rows(["text"], [text]) : null);
        using var client = RawClient.Connect(server);
        var text = new string('q', length);
        var reply = client.Query(text);
        Assert.That(reply.Rows[0][0], Is.EqualTo(text));
        Assert.That(server.Received[0].Text, Has.Length.EqualTo(length));
        var refused = client.Query(new string('q', 40_000_000));
        Assert.That(refused.Error?.Code, Is.EqualTo(1153));
        Assert.That(client.ReadToEnd(), Is.Empty);
    }

    [Test]
    public void Several_statements_in_one_text_are_answered_one_after_the_other()
    {
        using var server = new FakeServer();
        server.OnQuery("boom", FakeReply.Error(1234, "HY000", "boom"));
        using var client = RawClient.Connect(server);
        var reply = client.Query("SET @a = 'x;y'; SELECT @a; boom; SELECT 3");
        Assert.That(reply.Rows, Is.EqualTo(new[] { new[] { "x;y" } }));
        Assert.That(reply.Error?.Code, Is.EqualTo(1234));
    }

    [Test]
    public async Task What_comes_is_logged_although_nothing_is_answered()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        using var hold = server.Hold();
        client.SendQueries("SELECT 1", "SELECT 2", "SELECT 3");
        await server.WaitForCommandsAsync(3);
        Assert.That(server.Queries, Is.EqualTo(new[] { "SELECT 1", "SELECT 2", "SELECT 3" }));
        Assert.That(server.Received.Select(command => command.Segment).Distinct().Count(), Is.EqualTo(1));
        Assert.That(server.UnansweredCommands, Is.EqualTo(3));
        hold.ReleaseOne();
        Assert.That(client.ReadReply().Rows[0][0], Is.EqualTo("1"));
        await hold.WaitUntilHeldAsync();
        server.Release();
        Assert.That(client.ReadReply().Rows[0][0], Is.EqualTo("2"));
        Assert.That(client.ReadReply().Rows[0][0], Is.EqualTo("3"));
        client.Send(writer => Commands.Write(writer, CommandCode.Quit));
        Assert.That(client.ReadToEnd(), Is.Empty);
        client.Dispose();
        LeakCheck.Clean(server);
        Assert.That(server.BytesReceived, Is.GreaterThan(3 * 13));
    }

    [Test]
    public void A_client_that_leaves_its_commands_behind_is_found_out()
    {
        using var server = new FakeServer();
        var client = RawClient.Connect(server);
        using var hold = server.Hold("SELECT 1");
        client.SendQueries("SELECT 1", "SELECT 2");
        hold.WaitUntilHeld();
        client.Dispose();
        Assert.That(() => LeakCheck.Clean(server), Throws.InvalidOperationException.With.Message.Contains("2 commands"));
    }

    [Test]
    public void Commands_out_of_sequence_are_refused()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        client.Send(writer => writer.Write([1, 0, 0, 3, (byte)CommandCode.Ping]));
        Assert.That(ErrPacket.Read(client.ReadPacket()).Code, Is.EqualTo(1156));
        Assert.That(client.ReadToEnd(), Is.Empty);
        Assert.That(server.Violations, Has.Count.EqualTo(1));
    }
}
