namespace MuxProvider.Twin;

/// <summary>The one place that asks a data source for something that ADO.NET does not know.</summary>
internal static class LeakAlarms
{
    /// <summary>Floating statements of a data source that changed the session against the forecast.</summary>
    /// <param name="source">The data source.</param>
    /// <returns>Their number.</returns>
    public static long Of(MuxDataSource source) => source.GetStatistics().LeakAlarms;
}
