using System.Data;
using Dapper;
using MuxProvider.Multiplexing;

namespace MuxProvider.Consumers;

/// <summary>Stored procedures through Dapper, with parameters in every direction.</summary>
internal sealed class DapperProcedureTests : ServerFixture
{
    [OneTimeSetUp]
    public async Task CreateProcedures() => await Server.AdminAsync(
        $"CREATE PROCEDURE {Schema}.compute(n INT, OUT twice INT, INOUT word VARCHAR(50)) BEGIN SELECT n AS Number; SET twice = n * 2, word = CONCAT(word, '!'); END",
        $"CREATE PROCEDURE {Schema}.touch() DO 1",
        $"CREATE FUNCTION {Schema}.add_up(x INT, y INT) RETURNS INT DETERMINISTIC RETURN x * 10 + y");

    [Test]
    public async Task Output_parameters_come_back()
    {
        var handle = await OpenAsync();
        var parameters = new DynamicParameters();
        parameters.Add("word", "it's", DbType.String, ParameterDirection.InputOutput, 50);
        parameters.Add("@twice", dbType: DbType.Int32, direction: ParameterDirection.Output);
        parameters.Add("n", 21);
        Assert.That(await handle.QuerySingleAsync<int>("compute", parameters, commandType: CommandType.StoredProcedure), Is.EqualTo(21));
        Assert.That(parameters.Get<int>("twice"), Is.EqualTo(42));
        Assert.That(parameters.Get<string>("word"), Is.EqualTo("it's!"));
        await handle.ExecuteAsync("compute", parameters, commandType: CommandType.StoredProcedure);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Return_values_come_back()
    {
        var handle = await OpenAsync();
        var parameters = new DynamicParameters(new { y = 5, x = 3 });
        parameters.Add("result", dbType: DbType.Int32, direction: ParameterDirection.ReturnValue);
        await handle.ExecuteAsync("add_up", parameters, commandType: CommandType.StoredProcedure);
        Assert.That(parameters.Get<int>("result"), Is.EqualTo(35));
    }

    [Test]
    public async Task A_text_of_one_word_is_a_procedure()
    {
        var handle = await OpenAsync();
        Assert.That(() => handle.Execute("touch"), Throws.Nothing);
        Assert.That((await handle.QueryAsync("touch")), Is.Empty);
    }

    [Test]
    public async Task Anonymous_parameters_are_found_by_name()
    {
        var handle = await OpenAsync();
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.joined(a VARCHAR(20), b VARCHAR(20)) SELECT CONCAT(a, '-', b)");
        Assert.That(await handle.QuerySingleAsync<string>("joined", new { b = "2", a = "1" }, commandType: CommandType.StoredProcedure), Is.EqualTo("1-2"));
    }

    [Test]
    public async Task Several_results_of_a_procedure_are_read()
    {
        var handle = await OpenAsync();
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.twice() BEGIN SELECT 1; SELECT 'x' UNION ALL SELECT 'y'; END");
        using var grid = await handle.QueryMultipleAsync("twice", commandType: CommandType.StoredProcedure);
        Assert.That(await grid.ReadSingleAsync<int>(), Is.EqualTo(1));
        Assert.That(await grid.ReadAsync<string>(), Is.EqualTo(new[] { "x", "y" }));
    }
}
