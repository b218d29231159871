using System.Data;
using System.Data.Common;
using System.Globalization;

namespace MuxProvider;

/// <summary>Fills the collections of <see cref="MuxConnection.GetSchema(string, string[])"/>.</summary>
internal static class SchemaCollections
{
    // The server has no such view in information_schema.
    private const int UnknownView = 1109;

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
        var found = Array.Find(SchemaCollectionList.All, collection => collection.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"There is no schema collection '{name}'. There are {string.Join(", ", SchemaCollectionList.All.Select(static collection => collection.Name))}; for others ask information_schema.",
                nameof(name));
        if (restrictions?.Length > found.Restrictions.Length)
            throw new ArgumentException($"The schema collection '{found.Name}' has {found.Restrictions.Length} restrictions, not {restrictions.Length}.", nameof(restrictions));
        var table = new DataTable(found.Name) { Locale = CultureInfo.InvariantCulture };
        if (found.Query is not null)
            await QueryAsync(table, connection, found, restrictions, cancellationToken).ConfigureAwait(false);
        else
            Fill(table, connection);
        return table;
    }

    private static void Fill(DataTable table, MuxConnection connection)
    {
        switch (table.TableName)
        {
            case "MetaDataCollections":
                FillCollections(table);
                break;
            case "DataSourceInformation":
                DataSourceInformation.Fill(table, connection.ServerVersion);
                break;
            case "DataTypes":
                DataTypeList.Fill(table, connection.State == ConnectionState.Open ? connection.ServerVersion : null);
                break;
            case "Restrictions":
                FillRestrictions(table);
                break;
            default:
                table.Columns.Add(DbMetaDataColumnNames.ReservedWord, typeof(string));
                foreach (var word in ReservedWordList.Of(connection.State == ConnectionState.Open ? connection.ServerVersion : null))
                    table.Rows.Add(word);
                break;
        }
    }

    private static void FillCollections(DataTable table)
    {
        table.Columns.Add(DbMetaDataColumnNames.CollectionName, typeof(string));
        table.Columns.Add(DbMetaDataColumnNames.NumberOfRestrictions, typeof(int));
        table.Columns.Add(DbMetaDataColumnNames.NumberOfIdentifierParts, typeof(int));
        foreach (var collection in SchemaCollectionList.All)
            table.Rows.Add(collection.Name, collection.Restrictions.Length, collection.IdentifierParts);
    }

    private static void FillRestrictions(DataTable table)
    {
        table.Columns.Add("CollectionName", typeof(string));
        table.Columns.Add("RestrictionName", typeof(string));
        table.Columns.Add("RestrictionDefault", typeof(string));
        table.Columns.Add("RestrictionNumber", typeof(int));
        foreach (var collection in SchemaCollectionList.All)
        {
            for (var i = 0; i < collection.Restrictions.Length; i++)
                table.Rows.Add(collection.Name, collection.Restrictions[i].Name, null, i + 1);
        }
    }

    private static async ValueTask QueryAsync(
        DataTable table,
        MuxConnection connection,
        SchemaCollection collection,
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
            conditions.Add($"{collection.Restrictions[i].Column} = @{name}");
            command.Parameters.AddWithValue(name, value);
        }

        command.CommandText = collection.Query + (conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions)) + collection.Grouping;
        try
        {
            using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < reader.FieldCount; i++)
                table.Columns.Add(reader.GetName(i), reader.GetFieldType(i));
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                table.Rows.Add(row);
            }
        }
        catch (MuxException error) when (error.Number == UnknownView && collection.ColumnsWhereUnknown is { } columns)
        {
            // This server has none of these things.
            foreach (var column in columns)
                table.Columns.Add(column, typeof(string));
        }
    }
}
