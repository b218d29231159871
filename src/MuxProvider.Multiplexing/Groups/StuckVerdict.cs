namespace MuxProvider.Multiplexing;

/// <summary>What to do with a link from which nothing comes.</summary>
internal enum StuckVerdict : byte
{
    /// <summary>It is as good as any.</summary>
    Trust,

    /// <summary>Nothing new goes there until something comes.</summary>
    Doubt,

    /// <summary>Nobody waits for it, and nothing will come any more: it is closed.</summary>
    Cut,
}
