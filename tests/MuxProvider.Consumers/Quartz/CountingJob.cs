using System.Collections.Concurrent;
using Quartz;

namespace MuxProvider.Consumers;

/// <summary>A job that counts who fired it. Quartz makes a new one each time, so what it counts with is found by the run's name.</summary>
internal sealed class CountingJob : IJob
{
    /// <summary>The key in a job's data that names its <see cref="Tally"/>.</summary>
    public const string TallyKey = "tally";

    private static readonly ConcurrentDictionary<string, Tally> s_tallies = new();

    /// <summary>A tally that jobs find by its name.</summary>
    public static Tally NewTally(string name, int expected) => s_tallies[name] = new Tally(expected);

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var data = context.MergedJobDataMap;
        s_tallies[(string)data[TallyKey]!].Count(context.JobDetail.Key.Name, context.Scheduler.SchedulerInstanceId);
        return default;
    }
}
