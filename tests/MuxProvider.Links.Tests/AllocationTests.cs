namespace MuxProvider.Links.Tests;

/// <summary>
/// What a statement costs in memory. Measured is what the caller's thread allocates while it submits, waits, reads and
/// gives back. The fake server lives in the same process and allocates a lot, so the process as a whole says nothing, and
/// what the link's own thread allocates is not measured here.
/// </summary>
[NonParallelizable]
public sealed class AllocationTests
{
    private const int Statements = 10_000;

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_blocked_caller_allocates_no_memory_to_submit_read_and_give_back(bool underSettings)
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        var terms = Asking.Terms() with { Settings = underSettings ? new Settings("test", SessionVariables.None.With("time_zone", "'+01:00'")) : null };
        var statement = new Statement(new StatementText("SELECT 123", []));
        long perStatement = 0;
        var thread = new Thread(() =>
        {
            Run(1_000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(Statements);
            perStatement = (GC.GetAllocatedBytesForCurrentThread() - before) / Statements;
        });
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That(perStatement, Is.LessThanOrEqualTo(8));

        // The wait itself goes round Blocking, whose cost is that of the operation it runs: here it is spun away.
        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var reply = link.Submit(statement, terms);
                var spin = default(SpinWait);
                while (!reply.IsCompleted)
                    spin.SpinOnce(sleep1Threshold: -1);
                if (reply.NextResult() != ReplyItem.Rows || !reply.ReadRow() || reply.GetCell(0).Length != 3)
                    throw new InvalidOperationException("A wrong answer.");
                reply.Dispose();
            }
        }
    }

    [Test]
    public async Task Waiting_blocked_allocates_little_more_than_the_task_of_the_operation()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        var statement = new Statement(new StatementText("SELECT 123", []));
        long perStatement = 0;
        var thread = new Thread(() =>
        {
            Run(1_000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(Statements);
            perStatement = (GC.GetAllocatedBytesForCurrentThread() - before) / Statements;
        });
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromSeconds(60)), Is.True);
        TestContext.Out.WriteLine($"{perStatement} bytes for each blocked statement");

        // An async method that is not complete at once has a box, and the pump waits for a task.
        Assert.That(perStatement, Is.LessThanOrEqualTo(400));

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Blocking.Run((link, statement), static async what =>
                {
                    using var reply = what.link.Submit(what.statement, Asking.Terms());
                    await reply.Completion.ConfigureAwait(false);
                    return reply.NextResult();
                });
            }
        }
    }
}
