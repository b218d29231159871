using System.Globalization;

namespace MuxProvider.Soak;

/// <summary>How things are at a moment.</summary>
internal sealed record Sample(double Seconds, long Operations, long Heap, long WorkingSet, int Threads, int Links, long Buffered, string State)
{
    /// <summary>Takes one; the heap is what is still used behind a collection.</summary>
    public static Sample Take(TimeSpan elapsed, Tally tally, MuxDataSource source)
    {
        var statistics = source.GetStatistics();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new Sample(
            elapsed.TotalSeconds, tally.Operations, GC.GetGCMemoryInfo(GCKind.FullBlocking).HeapSizeBytes, process.WorkingSet64, process.Threads.Count, statistics.Links, statistics.BufferedBytes, source.ToString());
    }

    public static string Head => "  seconds  operations  heap MiB  working set MiB  threads  links  buffered KiB";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seconds,9:F0}{Operations,12}{Heap / 1048576.0,10:F1}{WorkingSet / 1048576.0,17:F1}{Threads,9}{Links,7}{Buffered / 1024.0,14:F0}  {State[(State.IndexOf(':', State.IndexOf(" to ", StringComparison.Ordinal)) + 1)..]}");
}
