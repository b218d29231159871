using MuxProvider.Multiplexing;
using Quartz;

namespace MuxProvider.Consumers;

/// <summary>Two clustered nodes of Quartz in one process: row locks, transactions, BLOBs and many handles over two shared links.</summary>
internal sealed class QuartzTests : ServerFixture
{
    private const int JobCount = 100;
    private const int FiringsOfEach = 2;

    // The work takes a few seconds. This is for machines that have much else to do.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    [Test]
    [CancelAfter(240_000)]
    public async Task Two_nodes_fire_every_trigger_once_and_leave_no_link_pinned(CancellationToken cancellationToken)
    {
        var source = NewSource("Max Shared Links=2;Max Links=20");
        var name = Server.NewName("cluster");
        var tally = CountingJob.NewTally(name, JobCount * FiringsOfEach);
        await using (var first = Node(source, name, "first"))
        await using (var second = Node(source, name, "second"))
        {
            // One after the other: the first one makes the tables.
            var one = await first.GetScheduler(cancellationToken);
            await one.Start(cancellationToken);
            var other = await second.GetScheduler(cancellationToken);
            await other.Start(cancellationToken);
            for (var i = 0; i < JobCount; i++)
                await (i % 2 == 0 ? one : other).ScheduleJob(Job(name, i), Trigger(i), cancellationToken: cancellationToken);

            try
            {
                await tally.Complete.WaitAsync(s_patience, cancellationToken);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"{tally.Total} of {JobCount * FiringsOfEach} firings within {s_patience.TotalSeconds} s; {source.GetStatistics()}");
            }

            await one.Shutdown(true, cancellationToken);
            await other.Shutdown(true, cancellationToken);
        }

        Assert.That(tally.Total, Is.EqualTo(JobCount * FiringsOfEach), "nothing is fired twice");
        Assert.That(tally.Jobs, Has.Count.EqualTo(JobCount));
        Assert.That(tally.Jobs.Values, Is.All.EqualTo(FiringsOfEach));

        var handle = await OpenAsync(source);
        Assert.That(await handle.ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_FIRED_TRIGGERS"), Is.Zero, "nothing is left in flight");
        Assert.That(await handle.ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_TRIGGERS"), Is.Zero, "nothing is left to fire");
        Assert.That(await handle.ScalarAsync<int>("SELECT COUNT(*) FROM QRTZ_JOB_DETAILS"), Is.Zero, "jobs that will not fire again are gone");

        var statistics = source.GetStatistics();
        Assert.That(statistics.Pins.Where(pin => pin.Current > 0), Is.Empty);
        Assert.That(statistics.Pins.Where(pin => pin.Count > 0).Select(pin => pin.Reason), Is.SubsetOf(new[] { PinReasons.Transaction, PinReasons.AutoCommitOff, PinReasons.NextTransaction }));
        Assert.That(statistics.Discards, Is.Zero);
        Assert.That(statistics.Links, Is.LessThanOrEqualTo(20));
        Assert.That(statistics.FloatingStatements + statistics.LeasedStatements, Is.GreaterThan(JobCount * FiringsOfEach));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_node_that_knows_only_the_factory_works_the_same(CancellationToken cancellationToken)
    {
        var name = Server.NewName("factory");
        var tally = CountingJob.NewTally(name, 20);
        var connectionString = Server.Options($"Database={Schema};Max Shared Links=1");
        await using (var factory = QuartzSchedulerBuilder.Create(quartz => quartz
            .ConfigureScheduler(options => (options.InstanceName, options.InstanceId) = (name, "only"))
            .UsePersistentStore(store => store.UseMySql(MuxProviderFactory.Instance, connectionString).UseClustering().ProvisionSchema().UseSystemTextJsonSerializer())).Build())
        {
            var scheduler = await factory.GetScheduler(cancellationToken);
            await scheduler.Start(cancellationToken);
            for (var i = 0; i < 10; i++)
                await scheduler.ScheduleJob(Job(name, i), Trigger(i), cancellationToken: cancellationToken);
            await tally.Complete.WaitAsync(s_patience, cancellationToken);
            await scheduler.Shutdown(true, cancellationToken);
        }

        Assert.That(tally.Jobs.Values, Is.All.EqualTo(FiringsOfEach));
    }

    private static StandaloneSchedulerFactory Node(MuxDataSource source, string cluster, string node) => QuartzSchedulerBuilder.Create(quartz => quartz
        .ConfigureScheduler(options => (options.InstanceName, options.InstanceId) = (cluster, node))
        .UseDefaultThreadPool(8)
        .UsePersistentStore(store => store
            .UseMySql(options => options.DataSourceFactory = _ => source)
            .UseClustering()
            .ProvisionSchema()
            .UseSystemTextJsonSerializer())).Build();

    private static IJobDetail Job(string tally, int number) =>
        JobBuilder.Create<CountingJob>().WithIdentity($"job{number}").UsingJobData(CountingJob.TallyKey, tally).Build();

    private static ITrigger Trigger(int number) => TriggerBuilder.Create()
        .WithIdentity($"trigger{number}")
        .StartNow()
        .WithSimpleSchedule(schedule => schedule.WithInterval(TimeSpan.FromMilliseconds(500)).WithRepeatCount(FiringsOfEach - 1))
        .Build();
}
