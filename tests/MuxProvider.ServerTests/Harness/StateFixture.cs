using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>A handle whose state is tried, and a neighbour on the same few links: one is shared, three are for those who are pinned.</summary>
internal abstract class StateFixture : ServerFixture
{
    /// <summary>Options of sources with one shared link.</summary>
    protected const string FewLinks = "Max Shared Links=1;Max Links=4;Allow User Variables=true;Connection Timeout=20";

    /// <summary>One shared link and three leases.</summary>
#pragma warning disable NUnit1032 // Kept by NewSource, which disposes it.
    protected MuxDataSource Few { get; private set; } = null!;
#pragma warning restore NUnit1032

    /// <summary>Whose state is tried.</summary>
    protected MuxConnection Owner { get; private set; } = null!;

    /// <summary>Who must not notice.</summary>
    protected MuxConnection Neighbour { get; private set; } = null!;

    /// <summary>A table (id, name) with the row 1. <c>{t}</c> in texts; <c>{a}</c> is an empty one whose ids are generated.</summary>
    protected string Table { get; private set; } = "";

    [SetUp]
    public async Task OpenHandles()
    {
        Table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50)");
        await Server.AdminAsync(
            $"INSERT INTO {Schema}.{Table} VALUES (1, 'everybody''s')",
            $"CREATE TABLE {Schema}.a_{Table} (id BIGINT AUTO_INCREMENT PRIMARY KEY, u VARCHAR(50) UNIQUE)");
        Few = NewSource(FewLinks);
        Owner = await OpenAsync(Few);
        Neighbour = await OpenAsync(Few);
    }

    /// <summary>Ignores the test where the server does not know what it tries.</summary>
    protected static void OnlyOn(ServerKinds servers)
    {
        var kind = Server.Kind switch
        {
            "mysql" => ServerKinds.MySql,
            "mariadb118" => ServerKinds.MariaDb118,
            _ => ServerKinds.MariaDb1011,
        };
        if ((servers & kind) == 0)
            Assert.Ignore($"only {servers} has this, not {Server.Kind}");
    }

    /// <summary>The text with the names of this test.</summary>
    protected string Fill(string text) => text
        .Replace("{t}", Table, StringComparison.Ordinal)
        .Replace("{a}", "a_" + Table, StringComparison.Ordinal)
        .Replace("{s}", Schema, StringComparison.Ordinal)
        .Replace("{l}", $"{Schema}.{Table}", StringComparison.Ordinal);

    /// <summary>Runs texts that are separated by two semicolons.</summary>
    protected async Task RunAllAsync(MuxConnection handle, string texts)
    {
        foreach (var text in texts.Split(";;"))
            await handle.RunAsync(Fill(text.Trim()));
    }

    /// <summary>All rows as text; an error of the server as its number behind an exclamation mark; <c>refused</c>.</summary>
    protected async Task<string> AnswerAsync(MuxConnection handle, string text)
    {
        try
        {
            return await handle.TextAsync(Fill(text));
        }
        catch (MuxException error)
        {
            return $"!{error.Number}";
        }
        catch (NotSupportedException)
        {
            return "refused";
        }
    }

    /// <summary>Nothing keeps a link to this handle.</summary>
    protected static void AssertFloats(MuxConnection handle)
    {
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(handle.ServerThread, Is.Null);
    }

    /// <summary>This handle keeps a link for exactly these reasons.</summary>
    protected static void AssertPinned(MuxConnection handle, PinReasons reasons)
    {
        Assert.That(handle.PinReasons, Is.EqualTo(reasons));
        Assert.That(handle.ServerThread, Is.Not.Null);
    }

    /// <summary>The message of a refusal.</summary>
    protected async Task<string> RefusalOf(MuxConnection handle, string text) =>
        (await Sql.FailureOf<NotSupportedException>(() => handle.TextAsync(Fill(text)))).Message;

    /// <summary>Proves one row: the owner has its state, the neighbour never sees it, it ends as said, and Close leaves nothing on any link.</summary>
    protected async Task ProveAsync(StateRow row)
    {
        OnlyOn(row.Servers);
        Assert.That(await ForeignAnswerAsync(row.Probe), Is.EqualTo(row.Clean), "before");
        await BeginAndShowAsync(row);
        if (row.Ends is not null)
        {
            await RunAllAsync(Owner, row.Ends);
            AssertFloats(Owner);
            Assert.That(await ForeignAnswerAsync(row.Probe), Is.EqualTo(row.Clean), "seen by a neighbour after the end");
            Assert.That(await AnswerAsync(Owner, row.Probe), Is.EqualTo(row.Clean), "seen by the owner after the end");
            await Owner.CloseAsync();
            await Owner.OpenAsync();
            await BeginAndShowAsync(row);
        }

        await Owner.CloseAsync();
        Assert.That(await ForeignAnswerAsync(row.Probe), Is.EqualTo(row.Clean), "seen by a neighbour after Close");
        await Owner.OpenAsync();
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, row.Probe), Is.EqualTo(row.Clean), "seen by the owner in its next life");
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync(row.Probe, row.Clean);
    }

    /// <summary>Whoever gets a link next does not see the state, whichever link it is.</summary>
    protected async Task AssertEveryLinkIsCleanAsync(string probe, string clean)
    {
        var users = new List<MuxConnection>();
        for (var i = 0; i < 3; i++)
        {
            users.Add(await OpenAsync(Few));
            await users[i].PinAsync("to look at the link");
        }

        foreach (var user in users)
        {
            Assert.That(await AnswerAsync(user, probe), Is.EqualTo(clean), "seen on a link that is used again");
            await user.CloseAsync();
        }
    }

    /// <summary>What the neighbour sees; it floats before and afterwards.</summary>
    protected async Task<string> ForeignAnswerAsync(string probe)
    {
        AssertFloats(Neighbour);
        var answer = await AnswerAsync(Neighbour, probe);
        await Neighbour.CloseAsync();
        await Neighbour.OpenAsync();
        return answer;
    }

    private async Task BeginAndShowAsync(StateRow row)
    {
        await RunAllAsync(Owner, row.Begins);
        AssertPinned(Owner, row.Reason);
        for (var round = 0; round < 2; round++)
        {
            Assert.That(await AnswerAsync(Owner, row.Probe), Is.EqualTo(row.Mine), "the owner's own state");
            Assert.That(await ForeignAnswerAsync(row.Probe), Is.EqualTo(row.Clean), "seen by a neighbour meanwhile");
        }
    }
}
