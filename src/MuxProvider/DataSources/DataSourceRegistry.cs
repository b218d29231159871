using System.Collections.Concurrent;

namespace MuxProvider;

/// <summary>
/// The data sources of connections that were made from a connection string alone: one per meaning, for the life of the
/// process. Any thread may use it.
/// </summary>
internal static class DataSourceRegistry
{
    // Beyond this many texts, those of the same meaning are read again each time instead of remembered.
    private const int MostTexts = 1000;

    private static readonly ConcurrentDictionary<string, MuxDataSource> s_byText = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, Lazy<MuxDataSource>> s_byMeaning = new(StringComparer.Ordinal);

    /// <summary>The data source of a connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <returns>The data source.</returns>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    /// <exception cref="NotSupportedException">An option cannot be honoured yet.</exception>
    public static MuxDataSource Find(string connectionString) =>
        s_byText.TryGetValue(connectionString, out var known)
            ? known
            : Find(connectionString, static text => new MuxDataSourceBuilder(text).Build());

    /// <summary>The data source of a connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="build">Makes it where it is new.</param>
    /// <returns>The data source.</returns>
    internal static MuxDataSource Find(string connectionString, Func<string, MuxDataSource> build)
    {
        if (s_byText.TryGetValue(connectionString, out var known))
            return known;
        var meaning = new MuxConnectionStringBuilder(connectionString).ToCanonicalText();
        var entry = s_byMeaning.GetOrAdd(meaning, static (_, state) => new Lazy<MuxDataSource>(() => state.build(state.connectionString)), (build, connectionString));
        MuxDataSource source;
        try
        {
            source = entry.Value;
        }
        catch
        {
            // Not remembered: a file that was missing may be there the next time.
            s_byMeaning.TryRemove(KeyValuePair.Create(meaning, entry));
            throw;
        }

        if (s_byText.Count < MostTexts)
            s_byText[connectionString] = source;
        return source;
    }
}
