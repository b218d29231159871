using MuxProvider.Twin;

namespace MuxProvider.ServerTests;

/// <summary>
/// The twin test: random programs run on shared links and with a connection for each handle, and must be answered the same.
/// Here always the same 2000 programs; <c>eng/twin</c> plays any number of others.
/// </summary>
internal sealed class TwinProgramTests
{
    [TestCase(1)]
    [TestCase(401)]
    [TestCase(801)]
    [TestCase(1201)]
    [TestCase(1601)]
    public async Task Shared_links_answer_as_a_connection_each_does(int seed)
    {
        var campaign = new Campaign
        {
            ConnectionString = Server.ConnectionString,
            Server = Server.IsMySql ? Servers.MySql : Servers.MariaDb,
            Seed = seed,
            Programs = 400,
            Kept = 3,
            Tag = Server.NewName("twin"),
        };

        await campaign.RunAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(campaign.Differing, Is.Zero, () => string.Join("\n\n", campaign.Differences));
            Assert.That(campaign.Alarms, Is.Zero);
            Assert.That(campaign.Played, Is.EqualTo(400));
        }
    }
}
