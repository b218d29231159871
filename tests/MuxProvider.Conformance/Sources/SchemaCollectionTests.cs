using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>GetSchema: the five collections that every provider has, and some that each of this kind has.</summary>
internal sealed class SchemaCollectionTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCase("MetaDataCollections", "CollectionName,NumberOfRestrictions,NumberOfIdentifierParts")]
    [TestCase("DataSourceInformation", "CompositeIdentifierSeparatorPattern,DataSourceProductName,DataSourceProductVersion,DataSourceProductVersionNormalized,GroupByBehavior,IdentifierPattern,IdentifierCase,OrderByColumnsInSelect,ParameterMarkerFormat,ParameterMarkerPattern,ParameterNameMaxLength,ParameterNamePattern,QuotedIdentifierPattern,QuotedIdentifierCase,StatementSeparatorPattern,StringLiteralPattern,SupportedJoinOperators")]
    [TestCase("DataTypes", "TypeName,ProviderDbType,CreateFormat,CreateParameters,DataType,IsAutoIncrementable,IsCaseSensitive,IsNullable,IsUnsigned")]
    [TestCase("Restrictions", "CollectionName,RestrictionName,RestrictionDefault,RestrictionNumber")]
    [TestCase("ReservedWords", "ReservedWord")]
    public async Task A_collection_has_the_columns_that_ADO_NET_names(string collection, string columns)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            using var table = await Connection.GetSchemaAsync(collection, [], calling);
            Assert.That(table.TableName, Is.EqualTo(collection));
            Assert.That(table.Columns.Cast<DataColumn>().Select(column => column.ColumnName), Is.SupersetOf(columns.Split(',')));
            Assert.That(table.Rows, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Without_a_name_it_is_the_list_of_collections()
    {
        using var blocking = Connection.GetSchema();
        using var awaited = await Connection.GetSchemaAsync();
        using var named = Connection.GetSchema("MetaDataCollections");
        foreach (var table in new[] { blocking, awaited, named })
        {
            var names = table.Rows.Cast<DataRow>().Select(row => (string)row["CollectionName"]).ToList();
            Assert.That(names, Is.SupersetOf(new[] { "MetaDataCollections", "DataSourceInformation", "DataTypes", "Restrictions", "ReservedWords", "Databases", "Tables", "Columns" }));
            Assert.That(names, Is.Unique);
        }
    }

    [Test]
    public async Task Every_collection_of_the_list_can_be_had_in_any_case([Values] Calling calling)
    {
        using var list = Connection.GetSchema();
        foreach (DataRow row in list.Rows)
        {
            using var table = await Connection.GetSchemaAsync(((string)row["CollectionName"]).ToUpperInvariant(), [], calling);
            Assert.That(table.TableName, Is.EqualTo(row["CollectionName"]));
        }
    }

    [Test]
    public void The_list_of_restrictions_counts_what_the_list_of_collections_says()
    {
        using var list = Connection.GetSchema();
        using var restrictions = Connection.GetSchema("Restrictions");
        foreach (DataRow row in list.Rows)
        {
            var numbers = restrictions.Rows.Cast<DataRow>().Where(restriction => Equals(restriction["CollectionName"], row["CollectionName"])).Select(restriction => (int)restriction["RestrictionNumber"]);
            Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, (int)row["NumberOfRestrictions"])), (string)row["CollectionName"]);
        }
    }

    [TestCase("no such collection")]
    [TestCase("")]
    [TestCase(null)]
    public void A_collection_that_does_not_exist_is_an_argument_error(string? name)
    {
        foreach (var calling in Enum.GetValues<Calling>())
            Assert.That(async () => await Connection.GetSchemaAsync(name!, [], calling), Throws.InstanceOf<ArgumentException>());
    }

    [TestCase("Tables", 5)]
    [TestCase("Columns", 5)]
    [TestCase("Databases", 2)]
    [TestCase("ReservedWords", 1)]
    [TestCase("DataTypes", 1)]
    public void More_restrictions_than_there_are_is_an_argument_error(string name, int count)
    {
        foreach (var calling in Enum.GetValues<Calling>())
            Assert.That(async () => await Connection.GetSchemaAsync(name, new string?[count], calling), Throws.InstanceOf<ArgumentException>());
    }

    [TestCase("Tables", "TABLE_NAME", "shop_item,shop_view")]
    [TestCase("Columns", "COLUMN_NAME", "id,id,name")]
    public async Task Restrictions_choose(string collection, string column, string expected)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            using var table = await Connection.GetSchemaAsync(collection, [null, Schema], calling);
            Assert.That(string.Join(',', table.Rows.Cast<DataRow>().Select(row => (string)row[column]).Order(StringComparer.Ordinal)), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Restrictions_are_values_not_SQL()
    {
        using var table = Connection.GetSchema("Tables", [null, "' OR 1=1 -- "]);
        Assert.That(table.Rows, Is.Empty);
    }

    [Test]
    public void Restrictions_may_go_to_the_column()
    {
        using var one = Connection.GetSchema("Columns", [null, Schema, "shop_item", "name"]);
        Assert.That(one.Rows, Has.Count.EqualTo(1));
        Assert.That(Convert.ToString(one.Rows[0]["DATA_TYPE"], null), Is.EqualTo("varchar").IgnoreCase);
        using var views = Connection.GetSchema("Tables", [null, Schema, null, "VIEW"]);
        Assert.That(views.Rows.Cast<DataRow>().Select(row => row["TABLE_NAME"]), Is.EqualTo(new[] { "shop_view" }));
    }

    [Test]
    public void The_information_describes_names_and_markers()
    {
        using var table = Connection.GetSchema("DataSourceInformation");
        Assert.That(table.Rows, Has.Count.EqualTo(1));
        var row = table.Rows[0];
        Assert.That(row[DbMetaDataColumnNames.DataSourceProductName], Is.EqualTo(Server.IsMySql ? "MySQL" : "MariaDB"));
        Assert.That(row[DbMetaDataColumnNames.DataSourceProductVersion], Is.EqualTo(Connection.ServerVersion));
        (string Column, string Text)[] matches =
        [
            (DbMetaDataColumnNames.ParameterMarkerPattern, "@p1"), (DbMetaDataColumnNames.ParameterNamePattern, "name"),
            (DbMetaDataColumnNames.QuotedIdentifierPattern, "`a b`"), (DbMetaDataColumnNames.StringLiteralPattern, "'it''s'"),
            (DbMetaDataColumnNames.IdentifierPattern, "name"), (DbMetaDataColumnNames.StatementSeparatorPattern, "a;b"),
        ];
        foreach (var (column, text) in matches)
            Assert.That(text, Does.Match((string)row[column]), column);
    }

    [TestCase("SELECT")]
    [TestCase("TABLE")]
    [TestCase("INSERT")]
    [TestCase("WHERE")]
    public void Words_that_need_quotes_are_listed(string word)
    {
        using var table = Connection.GetSchema("ReservedWords");
        Assert.That(table.Rows.Cast<DataRow>().Select(row => (string)row["ReservedWord"]), Has.Some.EqualTo(word).IgnoreCase);
    }

    [TestCase("INT", typeof(int))]
    [TestCase("BIGINT", typeof(long))]
    [TestCase("VARCHAR", typeof(string))]
    [TestCase("DATETIME", typeof(DateTime))]
    [TestCase("DECIMAL", typeof(decimal))]
    [TestCase("DOUBLE", typeof(double))]
    [TestCase("BLOB", typeof(byte[]))]
    [TestCase("TIME", typeof(TimeSpan))]
    public void Types_are_listed_with_their_counterparts(string name, Type type)
    {
        using var table = Connection.GetSchema("DataTypes");
        var rows = table.Rows.Cast<DataRow>().Where(row => string.Equals((string)row["TypeName"], name, StringComparison.OrdinalIgnoreCase));
        Assert.That(rows.Select(row => row["DataType"]), Has.Some.EqualTo(type.FullName));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.shop_item (id INT PRIMARY KEY, name VARCHAR(20))",
        $"CREATE VIEW {Schema}.shop_view AS SELECT id FROM {Schema}.shop_item");
}
