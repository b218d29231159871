using Dapper;

namespace MuxProvider.AdoNet.Tests;

/// <summary>Dapper, over links over another provider.</summary>
internal sealed class DapperTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task Its_usual_calls_work()
    {
        var table = await TableAsync("id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20), price DECIMAL(10,2), born DATETIME(6), uid CHAR(36), is_new TINYINT(1)");
        var handle = await OpenAsync(NewSource("Max Links=2"));
        var sent = new Thing(0, "a", 1.25m, new DateTime(2026, 1, 2, 3, 4, 5, 678), Guid.NewGuid(), true);

        await handle.ExecuteAsync($"INSERT INTO {table} (name, price, born, uid, is_new) VALUES (@Name, @Price, @Born, @Uid, @IsNew)", (Thing[])[sent, sent with { Name = "b", IsNew = false }]);

        var read = (await handle.QueryAsync<Thing>($"SELECT id, name, price, born, uid, is_new AS isNew FROM {table} WHERE name IN @names ORDER BY id", new { names = (string[])["a", "b"] })).ToList();
        Assert.That(read, Is.EqualTo((Thing[])[sent with { Id = 1 }, sent with { Id = 2, Name = "b", IsNew = false }]));
        Assert.That(await handle.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE price > @least", new { least = 1 }), Is.EqualTo(2));
        await using var several = await handle.QueryMultipleAsync($"SELECT COUNT(*) FROM {table}; SELECT name FROM {table} ORDER BY id");
        Assert.That(await several.ReadSingleAsync<long>(), Is.EqualTo(2));
        Assert.That(await several.ReadAsync<string>(), Is.EqualTo((string[])["a", "b"]));
    }

    private sealed record Thing(int Id, string Name, decimal Price, DateTime Born, Guid Uid, bool IsNew);
}
