using System.Globalization;

namespace MuxProvider.ServerTests;

/// <summary>One-liners for what tests do all the time.</summary>
internal static class Sql
{
    public static MuxCommand Command(this MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    /// <summary>Executes a text; gives the rows changed.</summary>
    public static async Task<int> RunAsync(this MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        await using var command = connection.Command(text, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first cell, converted; null for NULL and for no rows.</summary>
    public static async Task<T> ScalarAsync<T>(this MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        await using var command = connection.Command(text, parameters);
        return As<T>(await command.ExecuteScalarAsync());
    }

    /// <summary>The first cell, converted, asked for by a blocked caller.</summary>
    public static T Scalar<T>(this MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.Command(text, parameters);
        return As<T>(command.ExecuteScalar());
    }

    /// <summary>All rows of all results as text: cells with commas between them, rows with semicolons, results with bars.</summary>
    public static async Task<string> TextAsync(this MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        await using var command = connection.Command(text, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var results = new List<string>();
        do
        {
            var rows = new List<string>();
            while (await reader.ReadAsync())
                rows.Add(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
            results.Add(string.Join(';', rows));
        }
        while (await reader.NextResultAsync());

        return string.Join('|', results);
    }

    /// <summary>The exception of an act that has to fail.</summary>
    public static async Task<T> FailureOf<T>(Func<Task> act)
        where T : Exception
    {
        try
        {
            await act();
        }
        catch (T expected)
        {
            return expected;
        }

        throw new AssertionException($"{typeof(T).Name} was expected, but nothing failed.");
    }

    /// <summary>The exception of an act that has to fail on the server's side or on the way there.</summary>
    public static Task<MuxException> MuxFailureOf(Func<Task> act) => FailureOf<MuxException>(act);

    private static T As<T>(object? value)
    {
        if (value is null or DBNull)
            return default!;
        return value is T typed ? typed : (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture);
    }

    private static string Text(object value) => value switch
    {
        DBNull => "NULL",
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
