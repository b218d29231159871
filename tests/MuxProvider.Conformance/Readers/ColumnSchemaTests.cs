using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>GetColumnSchema and GetSchemaTable: what is known of the columns of a result.</summary>
internal sealed class ColumnSchemaTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private const string Columns =
        "SELECT id, name, name AS other, price, note, small, bytes, born, ratio, id + 1 AS calc FROM things";

    [TestCase("id", typeof(int), false, true, true, true, false, false)]
    [TestCase("name", typeof(string), false, false, false, false, false, false)]
    [TestCase("other", typeof(string), false, false, false, false, true, false)]
    [TestCase("price", typeof(decimal), true, false, false, false, false, false)]
    [TestCase("note", typeof(string), true, false, false, false, false, false)]
    [TestCase("small", typeof(byte), true, false, false, true, false, false)]
    [TestCase("bytes", typeof(byte[]), true, false, false, false, false, false)]
    [TestCase("born", typeof(DateTime), true, false, false, false, false, false)]
    [TestCase("ratio", typeof(double), true, false, false, false, false, false)]
    [TestCase("calc", typeof(long), null, false, false, false, false, true)]
    public async Task Both_forms_say_the_same_of_a_column(
        string name, Type type, bool? allowsNull, bool isKey, bool isAutoIncrement, bool isUnique, bool isAliased, bool isExpression)
    {
        var reader = await ReadAsync(Columns);
        var ordinal = reader.GetOrdinal(name);
        var column = reader.GetColumnSchema()[ordinal];
        using var table = reader.GetSchemaTable()!;
        var row = table.Rows[ordinal];

        Assert.That(column.ColumnName, Is.EqualTo(name));
        Assert.That(column.ColumnOrdinal, Is.EqualTo(ordinal));
        Assert.That(column.DataType, Is.EqualTo(type));
        Assert.That(column.DataTypeName, Is.EqualTo(reader.GetDataTypeName(ordinal)));
        Assert.That(column.IsKey, Is.EqualTo(isKey));
        Assert.That(column.IsAutoIncrement, Is.EqualTo(isAutoIncrement));
        if (!isKey)
            Assert.That(column.IsUnique, Is.EqualTo(isUnique));
        Assert.That(column.IsAliased, Is.EqualTo(isAliased));
        Assert.That(column.IsExpression, Is.EqualTo(isExpression));
        if (allowsNull is not null)
            Assert.That(column.AllowDBNull, Is.EqualTo(allowsNull));
        if (!isExpression)
        {
            Assert.That(column.BaseTableName, Is.EqualTo("things"));
            Assert.That(column.BaseSchemaName, Is.EqualTo(Schema));
            Assert.That(column.BaseColumnName, Is.EqualTo(name == "other" ? "name" : name));
        }

        Assert.That(row[SchemaTableColumn.ColumnName], Is.EqualTo(name));
        Assert.That(row[SchemaTableColumn.ColumnOrdinal], Is.EqualTo(ordinal));
        Assert.That(row[SchemaTableColumn.DataType], Is.EqualTo(type));
        Assert.That(row[SchemaTableColumn.ColumnSize], Is.EqualTo(column.ColumnSize));
        Assert.That(row[SchemaTableColumn.AllowDBNull], Is.EqualTo(column.AllowDBNull));
        Assert.That(row[SchemaTableColumn.IsKey], Is.EqualTo(column.IsKey));
        Assert.That(row[SchemaTableColumn.IsUnique], Is.EqualTo(column.IsUnique));
        Assert.That(row[SchemaTableColumn.IsAliased], Is.EqualTo(column.IsAliased));
        Assert.That(row[SchemaTableColumn.IsExpression], Is.EqualTo(column.IsExpression));
        Assert.That(row[SchemaTableColumn.IsLong], Is.EqualTo(column.IsLong));
        Assert.That(row[SchemaTableColumn.BaseColumnName], Is.EqualTo(column.BaseColumnName));
        Assert.That(row[SchemaTableColumn.BaseTableName], Is.EqualTo(column.BaseTableName));
        Assert.That(row[SchemaTableColumn.BaseSchemaName], Is.EqualTo(column.BaseSchemaName));
        Assert.That(row[SchemaTableOptionalColumn.IsAutoIncrement], Is.EqualTo(column.IsAutoIncrement));
        Assert.That(row[SchemaTableOptionalColumn.IsReadOnly], Is.EqualTo(column.IsReadOnly));
        Assert.That(row[SchemaTableOptionalColumn.IsHidden], Is.EqualTo(column.IsHidden));
        Assert.That(row[SchemaTableOptionalColumn.IsRowVersion], Is.False);
        Assert.That(column["ColumnName"], Is.EqualTo(name), "the indexer");
    }

    [TestCase("name", 20)]
    [TestCase("bytes", 7)]
    public async Task Sizes_count_characters_of_text_and_bytes_of_the_rest(string name, int size)
    {
        var reader = await ReadAsync(Columns);
        Assert.That(reader.GetColumnSchema()[reader.GetOrdinal(name)].ColumnSize, Is.EqualTo(size));
    }

    [Test]
    public async Task Decimals_have_precision_and_scale()
    {
        var reader = await ReadAsync(Columns);
        var column = reader.GetColumnSchema()[reader.GetOrdinal("price")];
        Assert.That((column.NumericPrecision, column.NumericScale), Is.EqualTo((12, 3)));
        using var table = reader.GetSchemaTable()!;
        Assert.That(Convert.ToInt32(table.Rows[3][SchemaTableColumn.NumericPrecision], null), Is.EqualTo(12));
        Assert.That(Convert.ToInt32(table.Rows[3][SchemaTableColumn.NumericScale], null), Is.EqualTo(3));
    }

    [Test]
    public async Task The_schema_table_has_the_columns_that_ADO_NET_asks_for()
    {
        var reader = await ReadAsync(Columns);
        using var table = reader.GetSchemaTable()!;
        Assert.That(table.Columns.Cast<DataColumn>().Select(column => column.ColumnName), Is.SupersetOf(new[]
        {
            "ColumnName", "ColumnOrdinal", "ColumnSize", "NumericPrecision", "NumericScale", "IsUnique", "IsKey", "BaseCatalogName", "BaseColumnName",
            "BaseSchemaName", "BaseTableName", "DataType", "AllowDBNull", "ProviderType", "IsAliased", "IsExpression", "IsIdentity", "IsAutoIncrement",
            "IsRowVersion", "IsHidden", "IsLong", "IsReadOnly",
        }));
        Assert.That(table.TableName, Is.EqualTo("SchemaTable"));
        Assert.That(table.Rows, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task The_awaited_forms_say_the_same()
    {
        var reader = await ReadAsync(Columns);
        Assert.That((await reader.GetColumnSchemaAsync()).Select(column => column.ColumnName), Is.EqualTo(reader.GetColumnSchema().Select(column => column.ColumnName)));
        using var table = await reader.GetSchemaTableAsync();
        Assert.That(table!.Rows, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task The_schema_is_there_before_and_behind_the_rows_and_for_an_empty_result()
    {
        await using var reader = await Command(Columns + " WHERE id < 0").ExecuteReaderAsync();
        Assert.That(reader.GetColumnSchema(), Has.Count.EqualTo(10));
        Assert.That(reader.Read(), Is.False);
        Assert.That(reader.GetColumnSchema(), Has.Count.EqualTo(10));
        using var table = reader.GetSchemaTable();
        Assert.That(table!.Rows, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task A_statement_without_result_has_no_schema()
    {
        await using var reader = await Command("DELETE FROM things WHERE id < 0").ExecuteReaderAsync();
        Assert.That(reader.GetColumnSchema(), Is.Empty);
        Assert.That(reader.GetSchemaTable(), Is.Null);
    }

    [TestCaseSource(typeof(ColumnCase), nameof(ColumnCase.All))]
    public async Task The_schema_knows_the_type_of_every_kind_of_column(ColumnCase column)
    {
        var reader = Keep(await Command($"SELECT {column.Name} FROM types").ExecuteReaderAsync());
        var schema = reader.GetColumnSchema()[0];
        Assert.That(schema.DataType, Is.EqualTo(column.Value.GetType()).And.EqualTo(reader.GetFieldType(0)));
        Assert.That(schema.DataTypeName, Is.EqualTo(column.TypeName));
        Assert.That(schema.AllowDBNull, Is.True);
        Assert.That(schema.ColumnSize, Is.Positive);
        Assert.That(schema.BaseColumnName, Is.EqualTo(column.Name));
        using var table = reader.GetSchemaTable()!;
        Assert.That(table.Rows[0][SchemaTableColumn.DataType], Is.EqualTo(column.Value.GetType()));
        Assert.That(table.Rows[0][SchemaTableColumn.ProviderType], Is.Not.EqualTo(DBNull.Value));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.things (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(12,3), note TEXT, small TINYINT UNSIGNED UNIQUE, bytes VARBINARY(7), born DATETIME, ratio DOUBLE)",
        $"INSERT INTO {Schema}.things (name) VALUES ('x')",
        ColumnCase.Create(Schema + ".types"));
}
