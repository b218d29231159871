using System.Data;

namespace MuxProvider.ServerTests;

/// <summary>GetSchema on a real server.</summary>
internal sealed class SchemaCollectionTests : ServerFixture
{
    [OneTimeSetUp]
    public async Task CreateTables() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.parent (id INT PRIMARY KEY, name VARCHAR(20), code INT, UNIQUE KEY by_code (code, name))",
        $"CREATE TABLE {Schema}.`chi'ld` (id INT PRIMARY KEY, parent INT, CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE)",
        $"CREATE VIEW {Schema}.seen AS SELECT id FROM {Schema}.parent",
        $"CREATE PROCEDURE {Schema}.done(a INT, OUT b INT) SET b = a");

    [Test]
    public async Task Every_collection_can_be_had([Values] bool async)
    {
        var connection = await OpenAsync();
        var names = connection.GetSchema().Rows.Cast<DataRow>().Select(static row => (string)row["CollectionName"]).ToList();
        Assert.That(names, Has.Count.EqualTo(31));
        foreach (var name in names)
        {
            var table = async ? await connection.GetSchemaAsync(name.ToUpperInvariant()) : connection.GetSchema(name.ToUpperInvariant());
            Assert.That(table.TableName, Is.EqualTo(name));
            Assert.That(table.Columns, Is.Not.Empty, name);
            if (name is not ("Profiling" or "ResourceGroups" or "Partitions" or "Triggers" or "TablePrivileges" or "SchemaPrivileges" or "UserPrivileges"))
                Assert.That(table.Rows, Is.Not.Empty, name);
        }
    }

    [TestCase("Tables", new[] { null, "{s}" }, "TABLE_NAME", "chi'ld,parent,seen")]
    [TestCase("Tables", new[] { null, "{s}", "chi'ld" }, "TABLE_NAME", "chi'ld")]
    [TestCase("tables", new[] { "def", "{s}", null, "VIEW" }, "TABLE_NAME", "seen")]
    [TestCase("Columns", new[] { null, "{s}", "parent" }, "COLUMN_NAME", "code,id,name")]
    [TestCase("Columns", new[] { null, "{s}", "parent", "id" }, "COLUMN_NAME", "id")]
    [TestCase("Foreign Keys", new[] { null, "{s}" }, "REFERENCED_TABLE_NAME", "parent")]
    [TestCase("Foreign Keys", new[] { null, "{s}", "chi'ld", "to_parent" }, "DELETE_RULE", "CASCADE")]
    [TestCase("Indexes", new[] { null, "{s}", "parent" }, "INDEX_NAME", "PRIMARY,by_code")]
    [TestCase("IndexColumns", new[] { null, "{s}", "parent", "by_code" }, "COLUMN_NAME", "code,name")]
    [TestCase("IndexColumns", new[] { null, "{s}", "parent", "by_code", "name" }, "ORDINAL_POSITION", "2")]
    [TestCase("Tables", new[] { null, "{s}", "' OR 1=1 -- " }, "TABLE_NAME", "")]
    public async Task Restrictions_are_values_and_hold(string collection, string?[] restrictions, string column, string expected)
    {
        var connection = await OpenAsync();
        var table = await connection.GetSchemaAsync(collection, Array.ConvertAll(restrictions, text => text?.Replace("{s}", Schema, StringComparison.Ordinal)));
        var found = table.Rows.Cast<DataRow>().Select(row => Convert.ToString(row[column], System.Globalization.CultureInfo.InvariantCulture)!).Order(StringComparer.Ordinal);
        Assert.That(string.Join(',', found), Is.EqualTo(expected));
    }

    [TestCase("Nothing", 0)]
    [TestCase("Databases", 1)]
    [TestCase("Tables", 5)]
    [TestCase("IndexColumns", 6)]
    public async Task An_unknown_collection_and_too_many_restrictions_are_refused(string collection, int restrictions)
    {
        var connection = await OpenAsync();
        Assert.That(() => connection.GetSchema(collection, new string?[restrictions]), Throws.ArgumentException);
        await Sql.FailureOf<ArgumentException>(() => connection.GetSchemaAsync(collection, new string?[restrictions]));
    }

    [Test]
    public async Task A_word_is_reserved_where_it_cannot_name_a_column()
    {
        // What only some versions of MariaDB reserve.
        string[] either = ["MASTER_SSL_VERIFY_SERVER_CERT", "SQL_AFTER_GTIDS", "SQL_BEFORE_GTIDS", "VECTOR"];
        var connection = await OpenAsync();
        var reserved = connection.GetSchema("ReservedWords").Rows.Cast<DataRow>().Select(static row => (string)row[0]).ToHashSet(StringComparer.Ordinal);
        var words = connection.GetSchema("KeyWords").Rows.Cast<DataRow>().Select(static row => (string)row[0]).Where(static word => word.All(char.IsAsciiLetterOrDigit));
        var wrong = new List<string>();
        foreach (var word in words.Concat(reserved).Distinct(StringComparer.Ordinal).Except(either).ToList())
        {
            if (reserved.Contains(word) == await CanNameAsync(connection, word))
                wrong.Add(word);
        }

        Assert.That(wrong, Is.Empty);
    }

    private static async Task<bool> CanNameAsync(MuxConnection connection, string word)
    {
        try
        {
            await connection.RunAsync($"CREATE TEMPORARY TABLE `zz_{word}` ({word} INT)");
            await connection.RunAsync($"DROP TEMPORARY TABLE `zz_{word}`");
            return true;
        }
        catch (MuxException error) when (error.ErrorCode == MuxErrorCode.ParseError)
        {
            return false;
        }
    }
}
