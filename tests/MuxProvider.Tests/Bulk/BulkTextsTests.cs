namespace MuxProvider.Tests;

/// <summary>The statements of bulk copies.</summary>
public sealed class BulkTextsTests
{
    private static readonly BulkField[] s_fields =
    [
        new(0, "`a`", null, BulkEncoding.Text), new(1, "`b`", null, BulkEncoding.Hex), new(2, "`c`", null, BulkEncoding.Bits),
        new(3, "@v", "`d` = UPPER(@v) + @vv + @V", BulkEncoding.Variable),
    ];

    [Test]
    public void Load_data_reads_what_is_no_text_by_way_of_variables() => Assert.That(
        BulkTexts.Load("t", MuxBulkLoaderConflictOption.Ignore, s_fields),
        Is.EqualTo("LOAD DATA LOCAL INFILE ? IGNORE INTO TABLE t CHARACTER SET utf8mb4 FIELDS TERMINATED BY 0x09 ESCAPED BY 0x5C LINES TERMINATED BY 0x0A (`a`,@muxprovider_bulk_1,@muxprovider_bulk_2,@v) SET `b`=UNHEX(@muxprovider_bulk_1),`c`=CAST(@muxprovider_bulk_2 AS UNSIGNED),`d` = UPPER(@v) + @vv + @V"));

    [TestCase(MuxBulkLoaderConflictOption.None, "INSERT INTO t (`a`,`b`,`c`,`d`) VALUES (?,?,?,UPPER(?) + @vv + ?),(?,?,?,UPPER(?) + @vv + ?)")]
    [TestCase(MuxBulkLoaderConflictOption.Ignore, "INSERT IGNORE INTO t (`a`,`b`,`c`,`d`) VALUES (?,?,?,UPPER(?) + @vv + ?),(?,?,?,UPPER(?) + @vv + ?)")]
    [TestCase(MuxBulkLoaderConflictOption.Replace, "REPLACE INTO t (`a`,`b`,`c`,`d`) VALUES (?,?,?,UPPER(?) + @vv + ?),(?,?,?,UPPER(?) + @vv + ?)")]
    public void Insert_has_its_values_in_place_of_variables(MuxBulkLoaderConflictOption conflict, string text)
    {
        Assert.That(BulkTexts.Insert("t", conflict, s_fields, 2), Is.EqualTo(text));
        Assert.That(s_fields.Select(BulkTexts.Uses), Is.EqualTo(new[] { 1, 1, 1, 2 }));
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(1000)]
    public void An_insert_has_as_many_rows_as_a_text_that_is_remembered_can_have(int columns)
    {
        var fields = Enumerable.Range(0, columns).Select(i => new BulkField(i, $"`c{i}`", null, BulkEncoding.Text)).ToArray();
        var rows = BulkTexts.MostRowsOf("t", fields);
        Assert.That(int.IsPow2(rows));
        Assert.That(rows, Is.InRange(1, 1024));
        Assert.That(BulkTexts.Insert("t", MuxBulkLoaderConflictOption.Ignore, fields, rows).Length, Is.LessThan(16 * 1024));
    }

    [Test]
    public void An_expression_that_assigns_nothing_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => BulkTexts.Insert("t", default, [new(0, "@v", "UNHEX(@v)", BulkEncoding.Variable)], 1));
}
