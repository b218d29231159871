using System.Data;
using MySql.Data.MySqlClient;

namespace MuxProvider.AdoNet.Tests;

/// <summary>Parameters of MySql.Data, over every kind of link.</summary>
internal sealed class ForeignParameterTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task They_reach_their_own_provider_as_they_are_and_any_other_by_value()
    {
        var handle = await OpenAsync(NewSource());
        await using var command = handle.Command("SELECT @text, @number + 1, @text");
        var text = new MySqlParameter("@text", MySqlDbType.VarChar, 20) { Value = "it's" };
        command.Parameters.Add(text);
        command.Parameters.Add(new MySqlParameter("number", 41));

        await using var reader = await command.ExecuteReaderAsync();

        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That((reader.GetString(0), reader.GetInt64(1), reader.GetString(2)), Is.EqualTo(("it's", 42L, "it's")));
        Assert.That(Watched.ParameterTypes, Driver == Driver.MySqlData ? Has.Exactly(3).EqualTo(typeof(MySqlParameter)) : Is.Empty);
        Assert.That(((IDataParameterCollection)command.Parameters)["@text"], Is.SameAs(text));
        Assert.That(text.ParameterName, Is.EqualTo("@text"), "the link binds a copy");
    }

    [Test]
    public async Task They_work_on_links_of_our_own()
    {
        await using var source = MuxDataSource.Create(Server.Options($"Database={Schema}"));
        await using var handle = await source.OpenConnectionAsync();
        await using var command = handle.Command("SELECT @text, @number + 1, ?");
        command.Parameters.Add(new MySqlParameter("@text", "it's"));
        command.Parameters.Add(new MySqlParameter("number", 41));
        command.Parameters.RemoveAt("number");
        command.Parameters.Insert(0, new MySqlParameter("number", 41));

        await using var reader = await command.ExecuteReaderAsync();

        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That((reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), Is.EqualTo(("it's", 42L, 41L)));
    }

    [Test]
    public async Task The_same_command_runs_again_with_new_values()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20)");
        var handle = await OpenAsync(NewSource());
        await using var command = handle.Command($"INSERT INTO {table} VALUES (@id, @name)");
        var id = new MySqlParameter("@id", MySqlDbType.Int32);
        command.Parameters.Add(id);
        command.Parameters.Add(new MySqlParameter("@name", MySqlDbType.VarChar) { Value = DBNull.Value });

        for (var i = 1; i <= 3; i++)
        {
            id.Value = i;
            command.Parameters["name"].Value = i == 2 ? null : $"n{i}";
            await command.ExecuteNonQueryAsync();
        }

        Assert.That(await handle.TextAsync($"SELECT * FROM {table} ORDER BY id"), Is.EqualTo("1,n1;2,NULL;3,n3"));
    }

    [Test]
    public async Task Output_of_procedures_is_written_back_into_them()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.twice_{Driver} (IN a INT, INOUT b INT, OUT c VARCHAR(20)) BEGIN SET b = b + a; SET c = CONCAT('was ', a); END");
        var handle = await OpenAsync(NewSource());
        await using var command = handle.Command($"twice_{Driver}");
        command.CommandType = CommandType.StoredProcedure;
        var both = new MySqlParameter("@b", 5) { Direction = ParameterDirection.InputOutput };
        var output = new MySqlParameter("@c", MySqlDbType.VarChar, 20) { Direction = ParameterDirection.Output };
        command.Parameters.AddRange(new object[] { output, new MySqlParameter("@a", 2), both });

        await command.ExecuteNonQueryAsync();

        Assert.That((both.Value, output.Value), Is.EqualTo(((object)7, (object)"was 2")));
    }

    [Test]
    public async Task Commands_of_a_batch_take_them()
    {
        var handle = await OpenAsync(NewSource());
        await using var batch = new MuxBatch(handle);
        foreach (var value in (int[])[1, 2])
        {
            var command = new MuxBatchCommand("SELECT @v * 10");
            command.Parameters.Add(new MySqlParameter("@v", value));
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync();
        var answers = new List<long>();
        do
        {
            while (await reader.ReadAsync())
                answers.Add(reader.GetInt64(0));
        }
        while (await reader.NextResultAsync());

        Assert.That(answers, Is.EqualTo((long[])[10, 20]));
    }
}
