namespace MuxProvider.Multiplexing;

/// <summary>How <see cref="SqlLexer"/> reads the comments that only some servers execute (<c>/*! … */</c>, <c>/*M! … */</c>).</summary>
public enum VersionComments : byte
{
    /// <summary>As the server of the dialect does; an unknown one skips them all.</summary>
    AsTheServer = 0,

    /// <summary>All of them are executed.</summary>
    Executed,

    /// <summary>All of them are skipped.</summary>
    Skipped,
}
