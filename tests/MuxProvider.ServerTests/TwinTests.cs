using System.Globalization;
using System.Text;

namespace MuxProvider.ServerTests;

/// <summary>
/// The twin test: eight handles run programs made up from a seed, once on shared links and once with a connection each, and
/// must be answered the same: rows, counts, ids, error numbers. To extend it add a line to <see cref="s_steps"/>.
/// </summary>
internal sealed class TwinTests : ServerFixture
{
    private const int Handles = 8;
    private const int Steps = 60;

    /// <summary>
    /// What a handle may do. {t} its table, {n} {m} small numbers, {s} some text; a text with @ takes two parameters. Every
    /// handle has tables of its own, so that its answers depend on nothing but its own past.
    /// </summary>
    private static readonly string[] s_steps =
    [
        // Floats.
        "SELECT id, name, n FROM {t} ORDER BY id",
        "SELECT COUNT(*), SUM(n), MAX(name) FROM {t}",
        "SELECT name FROM {t} WHERE id = @n",
        "SELECT @n + 1, @s",
        "INSERT INTO {t} (name, n) VALUES (@s, @n)",
        "INSERT INTO {t} (id, name) VALUES ({n}, 'given id')",
        "INSERT INTO {t} (id, name) VALUES ({n}, @s) ON DUPLICATE KEY UPDATE n = n + 1",
        "UPDATE {t} SET n = n + {n} WHERE id <= {m}",
        "UPDATE {t} SET name = @s WHERE id = {n}",
        "DELETE FROM {t} WHERE id = {n}",
        "REPLACE INTO {t} (id, name, n) VALUES ({n}, @s, {m})",
        "SELECT DATABASE()",
        "SELECT REPEAT(@s, {n}00)",
        "SELECT id FROM {t} UNION SELECT n FROM {t} ORDER BY 1 LIMIT {m}",

        // Errors.
        "SELECT * FROM there_is_none",
        "SELECT FROM",
        "INSERT INTO {t} (id, name) VALUES ({n}, 'a'), ({n}, 'b')",
        "SELECT (SELECT 1 UNION SELECT 2)",
        "CALL there_is_none()",
        "INSERT INTO {t} (name) VALUES (NULL)",

        // Transactions.
        "START TRANSACTION", "START TRANSACTION", "BEGIN", "COMMIT", "COMMIT", "ROLLBACK", "ROLLBACK",
        "SAVEPOINT here", "ROLLBACK TO here", "RELEASE SAVEPOINT here",
        "SET autocommit = 0", "SET autocommit = 1",
        "SELECT n FROM {t} WHERE id = {n} FOR UPDATE",

        // Session state.
        "SET @v = {n}", "SELECT @v", "SELECT @v := {m}", "UPDATE {t} SET n = @v WHERE id = {n}",
        "SET time_zone = '+0{n}:00'", "SELECT @@time_zone", "SELECT FROM_UNIXTIME(1000000000)",
        "SET sql_mode = 'ANSI_QUOTES'", "SET sql_mode = DEFAULT", "SELECT \"name\" FROM {t} ORDER BY 1",
        "CREATE TEMPORARY TABLE tmp (id INT)", "INSERT INTO tmp VALUES ({n})", "SELECT COUNT(*) FROM tmp", "DROP TEMPORARY TABLE tmp",
        "CREATE TEMPORARY TABLE tmp SELECT id FROM {t}",
        "PREPARE p FROM 'SELECT {n} + {m}'", "EXECUTE p",
        "USE {other}", "USE {schema}", "SELECT COUNT(*) FROM only_in_other",
        "CHANGE DATABASE {other}", "CHANGE DATABASE {schema}",
        // Waits, because Close does not: what an earlier life held is free a moment after it.
        // NULL (nobody has the lock) and 0 (somebody else has it) count as one: the link of an earlier life may hold it for a moment.
        "SELECT GET_LOCK('{t}', 30)", "SELECT COALESCE(RELEASE_LOCK('{t}'), 0)",
        "INSERT INTO {t} (name) VALUES (@s); SELECT LAST_INSERT_ID()",
        "SELECT {n}; SELECT id FROM {t} ORDER BY id LIMIT 2; UPDATE {t} SET n = 0 WHERE id = {m}",
        "SELECT 1; SELECT * FROM there_is_none; SELECT 2",
        "CREATE TABLE IF NOT EXISTS {t}_more (id INT)", "TRUNCATE TABLE {t}_more",

        // A new life.
        "REOPEN", "REOPEN", "REOPEN",
    ];

    [TestCase(1, "Max Shared Links=1")]
    [TestCase(2, "Max Shared Links=2")]
    [TestCase(3, "Max Shared Links=2;Max Links=9;Pipelining=false")]
    [TestCase(4, "Max Shared Links=4")]
    [TestCase(5, "Max Shared Links=1;Max Links=9")]
    [TestCase(20261121, "Max Shared Links=2")]
    public async Task Shared_links_answer_as_a_connection_each_does(int seed, string options)
    {
        var shared = await RunAsync(seed, "Connection Timeout=60;Allow User Variables=true;" + options);
        var alone = await RunAsync(seed, "Connection Timeout=60;Allow User Variables=true;Multiplexing=false;Max Links=20");

        for (var h = 0; h < Handles; h++)
        {
            for (var i = 0; i < Steps; i++)
                Assert.That(shared[h][i], Is.EqualTo(alone[h][i]), $"handle {h}, step {i}; before: {string.Join("\n", alone[h][Math.Max(0, i - 8)..i])}");
        }
    }

    private async Task<string[][]> RunAsync(int seed, string options)
    {
        var other = Schema + "_other";
        var setUp = new List<string> { $"DROP DATABASE IF EXISTS {other}", $"CREATE DATABASE {other}", $"CREATE TABLE {other}.only_in_other (id INT)", $"INSERT INTO {other}.only_in_other VALUES (1)" };
        for (var h = 0; h < Handles; h++)
        {
            setUp.Add($"DROP TABLE IF EXISTS {Schema}.twin{h}, {Schema}.twin{h}_more, {other}.twin{h}, {other}.twin{h}_more");
            setUp.Add($"CREATE TABLE {Schema}.twin{h} (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL, n INT NULL DEFAULT 0)");
            setUp.Add($"INSERT INTO {Schema}.twin{h} (name) VALUES ('first'), ('second'), ('third')");
        }

        await Server.AdminAsync([.. setUp]);
        await using var source = MuxDataSource.Create(Server.Options($"Database={Schema};{options}"));
        var answers = await Until.Ends(Task.WhenAll(Enumerable.Range(0, Handles).Select(h => Task.Run(() => RunOneAsync(source, seed * 1000 + h, h, other)))));
        await Server.AdminAsync($"DROP DATABASE {other}");
        return answers;
    }

    private async Task<string[]> RunOneAsync(MuxDataSource source, int seed, int h, string other)
    {
        var random = new Random(seed);
        var answers = new string[Steps];
        await using var handle = await source.OpenConnectionAsync();
        for (var i = 0; i < Steps; i++)
        {
            var text = s_steps[random.Next(s_steps.Length)]
                .Replace("{t}", $"twin{h}", StringComparison.Ordinal)
                .Replace("{n}", random.Next(1, 9).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{m}", random.Next(1, 9).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{other}", other, StringComparison.Ordinal)
                .Replace("{schema}", Schema, StringComparison.Ordinal);
            var (n, s) = (random.Next(100), random.Next(4) switch { 0 => "it's", 1 => "\\ back", 2 => "😀 \"quoted\"", _ => "plain" });
            string answer;
            try
            {
                answer = await StepAsync(handle, text, n, s);
            }
            catch (MuxException error)
            {
                answer = $"error {error.Number} {error.SqlState}";
            }

            answers[i] = $"{text} [{n}, {s}] -> {answer}";
        }

        return answers;
    }

    private static async Task<string> StepAsync(MuxConnection handle, string text, int n, string s)
    {
        if (text == "REOPEN")
        {
            handle.Close();
            await handle.OpenAsync();
            return handle.Database;
        }

        if (text.StartsWith("CHANGE DATABASE ", StringComparison.Ordinal))
        {
            await handle.ChangeDatabaseAsync(text["CHANGE DATABASE ".Length..]);
            return handle.Database;
        }

        await using var command = handle.Command(text, ("n", n), ("s", s));
        await using var reader = await command.ExecuteReaderAsync();
        var answer = new StringBuilder();
        do
        {
            answer.Append('|');
            while (await reader.ReadAsync())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                    answer.Append(CultureInfo.InvariantCulture, $"{reader.GetFieldType(i).Name}:{reader.GetValue(i)},");
                answer.Append(';');
            }
        }
        while (await reader.NextResultAsync());
        await reader.CloseAsync();
        return answer.Append(CultureInfo.InvariantCulture, $" {reader.RecordsAffected} rows, id {command.LastInsertedId}, in {handle.Database}").ToString();
    }
}
