using System.Data.Common;
using System.Globalization;

namespace MuxProvider;

/// <summary>Reads what can be read of a data source of another provider. Pure.</summary>
internal static class InnerSourceCheck
{
    /// <summary>Checks that it lets through what links need, and that our connection string does not say how to connect, too.</summary>
    /// <param name="sample">A closed connection of the data source.</param>
    /// <param name="options">Our options.</param>
    /// <param name="provider">The other provider, for messages.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void Check(DbConnection sample, MuxConnectionStringBuilder options, string provider)
    {
        var given = OptionTable.All.Where(option => InnerOptions.IsPassed(option) && options.IsGiven(option)).Select(static option => $"'{option.Name}'").ToList();
        if (given.Count > 0)
            throw new ArgumentException($"The data source underneath says how to connect: leave {string.Join(", ", given)} out of the connection string.");
        if (Read(sample, OptionTable.AllowUserVariables) is { } variables && !IsTrue(variables))
            throw new ArgumentException($"The data source underneath ({provider}) needs 'Allow User Variables=true' in its connection string: otherwise it takes user variables for parameters that are missing.");
        if (options.IsGiven(OptionTable.UseAffectedRows) && Read(sample, OptionTable.UseAffectedRows) is { } counts && IsTrue(counts) != options.UseAffectedRows)
            throw new ArgumentException($"The connection-string option 'Use Affected Rows' is decided by the data source underneath ({provider}), which says otherwise.");
    }

    /// <summary>Where its connections lead.</summary>
    /// <param name="sample">A closed connection of the data source.</param>
    /// <returns>The host or hosts, and the port; 0 where it is not known.</returns>
    public static (string Server, uint Port) EndpointOf(DbConnection sample)
    {
        var server = Read(sample, OptionTable.Server) is { Length: > 0 } read ? read : sample.DataSource;
        return (
            string.IsNullOrEmpty(server) ? "unknown" : server,
            Read(sample, OptionTable.Port) is { } text && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0);
    }

    // The provider's own builder knows its defaults; without it only what stands in the text is known.
    private static string? Read(DbConnection sample, Option option)
    {
        try
        {
            var builder = DbProviderFactories.GetFactory(sample)?.CreateConnectionStringBuilder();
            if (builder is null || string.IsNullOrEmpty(sample.ConnectionString))
                return null;
            builder.ConnectionString = sample.ConnectionString;
            foreach (var name in InnerOptions.Names(option))
            {
                if (InnerConnectionString.TryRead(builder, name) is { } value)
                    return Option.Format(value);
            }
        }
        catch (Exception error) when (InnerConnectionString.IsRefusal(error))
        {
            // Its connection string is of no use to us; it opens connections all the same.
        }

        return null;
    }

    private static bool IsTrue(string text) => OptionReaders.Truth(text, out var value) && value;
}
