using System.Data;
using System.Data.Common;
using System.Globalization;

namespace MuxProvider;

/// <summary>The collections of <see cref="MuxConnection.GetSchema(string, string[])"/>: which there are, and how each is filled.</summary>
internal static class SchemaCollections
{
    private static readonly string[] s_tableRestrictions = ["Catalog", "Schema", "Table", "TableType"];
    private static readonly string[] s_columnRestrictions = ["Catalog", "Schema", "Table", "Column"];

    private static readonly (string Name, string[] Restrictions, int IdentifierParts)[] s_collections =
    [
        ("MetaDataCollections", [], 0),
        ("DataSourceInformation", [], 0),
        ("DataTypes", [], 0),
        ("Restrictions", [], 0),
        ("ReservedWords", [], 0),
        ("Databases", [], 1),
        ("Tables", s_tableRestrictions, 2),
        ("Columns", s_columnRestrictions, 3),
    ];

    /// <summary>Fills a collection.</summary>
    /// <param name="connection">The connection; it must be open for what the server is asked.</param>
    /// <param name="name">The collection's name, in any case.</param>
    /// <param name="restrictions">What to restrict it to, or null.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The collection.</returns>
    /// <exception cref="ArgumentException">There is no such collection, or it has fewer restrictions.</exception>
    public static async ValueTask<DataTable> GetAsync(MuxConnection connection, string name, string?[]? restrictions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        var index = Array.FindIndex(s_collections, collection => collection.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
            throw new ArgumentException(
                $"There is no schema collection '{name}'. There are {string.Join(", ", s_collections.Select(static collection => collection.Name))}; for others ask information_schema.",
                nameof(name));
        var found = s_collections[index];
        if (restrictions?.Length > found.Restrictions.Length)
            throw new ArgumentException($"The schema collection '{found.Name}' has {found.Restrictions.Length} restrictions, not {restrictions.Length}.", nameof(restrictions));
        var table = new DataTable(found.Name) { Locale = CultureInfo.InvariantCulture };
        switch (found.Name)
        {
            case "MetaDataCollections":
                FillCollections(table);
                break;
            case "DataSourceInformation":
                FillInformation(table, connection);
                break;
            case "DataTypes":
                DataTypeList.Fill(table);
                break;
            case "Restrictions":
                FillRestrictions(table);
                break;
            case "ReservedWords":
                table.Columns.Add(DbMetaDataColumnNames.ReservedWord, typeof(string));
                foreach (var word in ReservedWordList.Words)
                    table.Rows.Add(word);
                break;
            case "Databases":
                await QueryAsync(
                    table,
                    connection,
                    "SELECT CATALOG_NAME, SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SQL_PATH FROM information_schema.SCHEMATA",
                    [],
                    restrictions,
                    cancellationToken).ConfigureAwait(false);
                break;
            case "Tables":
                await QueryAsync(
                    table,
                    connection,
                    "SELECT TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, VERSION, ROW_FORMAT, TABLE_ROWS, AVG_ROW_LENGTH, DATA_LENGTH, MAX_DATA_LENGTH, INDEX_LENGTH, DATA_FREE, AUTO_INCREMENT, CREATE_TIME, UPDATE_TIME, CHECK_TIME, TABLE_COLLATION, CHECKSUM, CREATE_OPTIONS, TABLE_COMMENT FROM information_schema.TABLES",
                    ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE"],
                    restrictions,
                    cancellationToken).ConfigureAwait(false);
                break;
            default:
                await QueryAsync(
                    table,
                    connection,
                    "SELECT TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_TYPE, COLUMN_KEY, EXTRA, PRIVILEGES, COLUMN_COMMENT, GENERATION_EXPRESSION FROM information_schema.COLUMNS",
                    ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME"],
                    restrictions,
                    cancellationToken).ConfigureAwait(false);
                break;
        }

        return table;
    }

    private static void FillCollections(DataTable table)
    {
        table.Columns.Add(DbMetaDataColumnNames.CollectionName, typeof(string));
        table.Columns.Add(DbMetaDataColumnNames.NumberOfRestrictions, typeof(int));
        table.Columns.Add(DbMetaDataColumnNames.NumberOfIdentifierParts, typeof(int));
        foreach (var (name, restrictions, parts) in s_collections)
            table.Rows.Add(name, restrictions.Length, parts);
    }

    private static void FillRestrictions(DataTable table)
    {
        table.Columns.Add("CollectionName", typeof(string));
        table.Columns.Add("RestrictionName", typeof(string));
        table.Columns.Add("RestrictionDefault", typeof(string));
        table.Columns.Add("RestrictionNumber", typeof(int));
        foreach (var (name, restrictions, _) in s_collections)
        {
            for (var i = 0; i < restrictions.Length; i++)
                table.Rows.Add(name, restrictions[i], null, i + 1);
        }
    }

    private static void FillInformation(DataTable table, MuxConnection connection)
    {
        var version = connection.ServerVersion;
        var values = new (string Name, object Value)[]
        {
            (DbMetaDataColumnNames.CompositeIdentifierSeparatorPattern, "\\."),
            (DbMetaDataColumnNames.DataSourceProductName, version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? "MariaDB" : "MySQL"),
            (DbMetaDataColumnNames.DataSourceProductVersion, version),
            (DbMetaDataColumnNames.DataSourceProductVersionNormalized, version),
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

    private static async ValueTask QueryAsync(
        DataTable table,
        MuxConnection connection,
        string text,
        string[] restrictionColumns,
        string?[]? restrictions,
        CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
        var conditions = new List<string>();
        for (var i = 0; i < (restrictions?.Length ?? 0); i++)
        {
            if (restrictions![i] is not { Length: > 0 } value)
                continue;
            var name = "restriction" + i.ToString(CultureInfo.InvariantCulture);
            conditions.Add($"{restrictionColumns[i]} = @{name}");
            command.Parameters.AddWithValue(name, value);
        }

        command.CommandText = conditions.Count == 0 ? text : $"{text} WHERE {string.Join(" AND ", conditions)}";
        using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < reader.FieldCount; i++)
            table.Columns.Add(reader.GetName(i), reader.GetFieldType(i));
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            table.Rows.Add(row);
        }
    }
}
