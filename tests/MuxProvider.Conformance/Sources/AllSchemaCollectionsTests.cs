using System.Data;

namespace MuxProvider.Conformance;

/// <summary>GetSchema: all collections that users of MySQL providers for .NET know.</summary>
internal sealed class AllSchemaCollectionsTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCase("MetaDataCollections", 0)]
    [TestCase("CharacterSets", 0)]
    [TestCase("Collations", 0)]
    [TestCase("CollationCharacterSetApplicability", 0)]
    [TestCase("Columns", 4)]
    [TestCase("Databases", 0)]
    [TestCase("DataSourceInformation", 0)]
    [TestCase("DataTypes", 0)]
    [TestCase("Engines", 0)]
    [TestCase("KeyColumnUsage", 0)]
    [TestCase("KeyWords", 0)]
    [TestCase("Parameters", 0)]
    [TestCase("Partitions", 0)]
    [TestCase("Plugins", 0)]
    [TestCase("Procedures", 0)]
    [TestCase("ProcessList", 0)]
    [TestCase("Profiling", 0)]
    [TestCase("ReferentialConstraints", 0)]
    [TestCase("ReservedWords", 0)]
    [TestCase("ResourceGroups", 0)]
    [TestCase("Restrictions", 0)]
    [TestCase("SchemaPrivileges", 0)]
    [TestCase("Tables", 4)]
    [TestCase("TableConstraints", 0)]
    [TestCase("TablePrivileges", 0)]
    [TestCase("Triggers", 0)]
    [TestCase("UserPrivileges", 0)]
    [TestCase("Views", 0)]
    [TestCase("Foreign Keys", 4)]
    [TestCase("Indexes", 4)]
    [TestCase("IndexColumns", 5)]
    public async Task A_collection_is_listed_and_can_be_had(string name, int restrictions)
    {
        using var list = Connection.GetSchema();
        var row = list.Rows.Cast<DataRow>().Single(collection => Equals(collection["CollectionName"], name));
        Assert.That(row["NumberOfRestrictions"], Is.EqualTo(restrictions));
        foreach (var calling in Enum.GetValues<Calling>())
        {
            try
            {
                using var table = await Connection.GetSchemaAsync(name, [], calling);
                Assert.That(table.TableName, Is.EqualTo(name));
                Assert.That(table.Columns, Is.Not.Empty);
            }
            catch (NotSupportedException) when (name is "ResourceGroups" or "KeyWords" or "Profiling")
            {
                // Not every server has these.
            }

            Assert.That(async () => await Connection.GetSchemaAsync(name, new string?[restrictions + 1], calling), Throws.InstanceOf<ArgumentException>());
        }

        await AssertUsableAsync(Connection);
    }

    [Test]
    public void Types_have_all_the_columns_that_ADO_NET_names()
    {
        using var table = Connection.GetSchema("DataTypes");
        Assert.That(table.Columns.Cast<DataColumn>().Select(column => column.ColumnName), Is.SupersetOf(new[]
        {
            "TypeName", "ProviderDbType", "ColumnSize", "CreateFormat", "CreateParameters", "DataType", "IsAutoIncrementable", "IsBestMatch", "IsCaseSensitive",
            "IsFixedLength", "IsFixedPrecisionScale", "IsLong", "IsNullable", "IsSearchable", "IsSearchableWithLike", "IsUnsigned", "MaximumScale", "MinimumScale",
            "IsConcurrencyType", "IsLiteralSupported", "LiteralPrefix", "LiteralSuffix",
        }));
    }

    [Test]
    public void Keys_and_indexes_of_a_table_are_found()
    {
        using var keys = Connection.GetSchema("Foreign Keys", [null, Schema, "child"]);
        Assert.That(keys.Rows, Has.Count.EqualTo(1));
        using var indexes = Connection.GetSchema("Indexes", [null, Schema, "parent"]);
        Assert.That(indexes.Rows, Has.Count.EqualTo(2));
        using var columns = Connection.GetSchema("IndexColumns", [null, Schema, "parent", "both_names"]);
        Assert.That(columns.Rows, Has.Count.EqualTo(2));
        using var column = Connection.GetSchema("IndexColumns", [null, Schema, "parent", "both_names", "b"]);
        Assert.That(column.Rows, Has.Count.EqualTo(1));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.parent (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), KEY both_names (a, b))",
        $"CREATE TABLE {Schema}.child (id INT PRIMARY KEY, parent INT, CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES parent (id))");
}
