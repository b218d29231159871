using System.Data;
using System.Data.Common;
using System.Globalization;

namespace MuxProvider;

/// <summary>The collection <c>DataSourceInformation</c>: how the server's SQL is written.</summary>
internal static class DataSourceInformation
{
    /// <summary>Fills the collection.</summary>
    /// <param name="table">The empty collection.</param>
    /// <param name="version">The server's version, as it says itself.</param>
    public static void Fill(DataTable table, string version)
    {
        var values = new (string Name, object Value)[]
        {
            (DbMetaDataColumnNames.CompositeIdentifierSeparatorPattern, "\\."),
            (DbMetaDataColumnNames.DataSourceProductName, version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? "MariaDB" : "MySQL"),
            (DbMetaDataColumnNames.DataSourceProductVersion, version),
            (DbMetaDataColumnNames.DataSourceProductVersionNormalized, Normalized(version)),
            (DbMetaDataColumnNames.GroupByBehavior, (int)GroupByBehavior.Unrelated),
            (DbMetaDataColumnNames.IdentifierPattern, "^([0-9A-Za-z$_\\u0080-\\uffff]+|`([^`]|``)+`)$"),
            (DbMetaDataColumnNames.IdentifierCase, (int)IdentifierCase.Insensitive),
            (DbMetaDataColumnNames.OrderByColumnsInSelect, false),
            (DbMetaDataColumnNames.ParameterMarkerFormat, "{0}"),
            (DbMetaDataColumnNames.ParameterMarkerPattern, "[@?][0-9A-Za-z._$\\u0080-\\uffff]+|\\?"),
            (DbMetaDataColumnNames.ParameterNameMaxLength, 128),
            (DbMetaDataColumnNames.ParameterNamePattern, "^[0-9A-Za-z._$\\u0080-\\uffff]+$"),
            (DbMetaDataColumnNames.QuotedIdentifierPattern, "`(([^`]|``)+)`"),
            (DbMetaDataColumnNames.QuotedIdentifierCase, (int)IdentifierCase.Insensitive),
            (DbMetaDataColumnNames.StatementSeparatorPattern, ";"),
            (DbMetaDataColumnNames.StringLiteralPattern, "'(([^'\\\\]|''|\\\\.)*)'"),
            (DbMetaDataColumnNames.SupportedJoinOperators, (int)(SupportedJoinOperators.Inner | SupportedJoinOperators.LeftOuter | SupportedJoinOperators.RightOuter)),
        };
        foreach (var (name, value) in values)
            table.Columns.Add(name, value is int ? typeof(int) : value is bool ? typeof(bool) : typeof(string));
        table.Rows.Add(values.Select(static pair => pair.Value).ToArray());
    }

    // Of equal width everywhere, so that versions can be compared as texts.
    private static string Normalized(string version)
    {
        var parts = Protocol.ServerVersion.Parse(version).Number;
        return string.Create(CultureInfo.InvariantCulture, $"{parts.Major:00}.{parts.Minor:00}.{Math.Max(parts.Build, 0):0000}");
    }
}
