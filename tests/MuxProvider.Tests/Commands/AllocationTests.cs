#if !DEBUG
namespace MuxProvider.Tests;

/// <summary>What the face itself allocates; only optimized code tells.</summary>
public class AllocationTests
{
    private readonly MuxConnection _connection = new MuxDataSource(
        new DataSourceSettings(new MuxConnectionStringBuilder("Server=a")),
        static _ => new IdleHandle(),
        null).OpenConnection();

    [OneTimeTearDown]
    public void Close() => _connection.Dispose();

    [Test]
    public void A_query_with_a_command_of_its_own_stays_in_its_budget() => Assert.That(
        Measure(() =>
        {
            using var command = new MuxCommand("SELECT 7", _connection);
            using var reader = command.ExecuteReader();
            reader.Read();
            _ = reader.GetInt32(0);
        }),
        Is.LessThanOrEqualTo(256));

    [Test]
    public void A_query_with_a_command_used_again_stays_in_its_budget()
    {
        using var command = new MuxCommand("SELECT 7 + ?", _connection);
        command.Parameters.AddWithValue("", "x");
        Assert.That(
            Measure(() =>
            {
                using var reader = command.ExecuteReader();
                reader.Read();
                _ = reader.GetInt32(0);
            }),
            Is.LessThanOrEqualTo(112));
    }

    [Test]
    public void ExecuteNonQuery_allocates_nothing()
    {
        using var command = new MuxCommand("SELECT 7", _connection);
        Assert.That(Measure(() => command.ExecuteNonQuery()), Is.Zero);
    }

    // Bytes per call, when warm: the least of many rounds, because the runtime replaces code by better code while it is used.
    private static long Measure(Action action)
    {
        const int calls = 1000;
        var least = long.MaxValue;
        for (var round = 0; round < 500 && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < calls; i++)
                action();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / calls);
            Thread.Yield();
        }

        TestContext.Out.WriteLine($"{least} B");
        return least;
    }
}
#endif
