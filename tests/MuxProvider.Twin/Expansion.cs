using System.Globalization;
using System.Text;

namespace MuxProvider.Twin;

/// <summary>
/// Makes a step's text of a line of the grammar: chooses among <c>{a~b~c}</c> and puts in the names and numbers that
/// <see cref="Grammar"/> lists. One for each phrase: <c>{i}</c>, <c>{j}</c> and <c>{k}</c> mean the same in all of its lines.
/// </summary>
internal sealed class Expansion(Random random, bool isMariaDb, int handle, int handles, int life, ISet<string> tables)
{
    private static readonly string[] s_strings =
    [
        "'plain'", "'it''s'", "'a;b'", "'-- no'", "'/* no'", "'# no'", @"'back\\slash'", "'\"quoted\"'", "'`tick`'", "'@v'", "'@pInt'", "'ümläut 😀'", "''", "'a?b'",
    ];

    private readonly int _i = random.Next(1, 4);
    private readonly int _j = random.Next(4, 10);
    private readonly int _k = handle * 1000 + random.Next(100, 1000);

    /// <summary>Expands a line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The text; <c>{w}</c> and <c>{b}</c> stay.</returns>
    public string Expand(ReadOnlySpan<char> line)
    {
        var text = new StringBuilder();
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] != '{')
            {
                text.Append(line[at]);
                continue;
            }

            var end = at + Closing(line[at..]);
            text.Append(Fill(line[(at + 1)..end]));
            at = end;
        }

        return text.ToString();
    }

    private string Fill(ReadOnlySpan<char> braces)
    {
        var choices = new List<Range>();
        var (start, depth) = (0, 0);
        for (var at = 0; at <= braces.Length; at++)
        {
            if (at == braces.Length || (braces[at] == '~' && depth == 0))
            {
                choices.Add(start..at);
                start = at + 1;
            }
            else
            {
                depth += braces[at] switch { '{' => 1, '}' => -1, _ => 0 };
            }
        }

        return choices.Count > 1 ? Expand(braces[choices[random.Next(choices.Count)]]) : Name(braces);
    }

    private string Name(ReadOnlySpan<char> name) => name switch
    {
        "t" or "l" or "f" or "q" => Table(name.ToString()),
        "g" => Table("l") is null ? "" : Table("g"),
        "x" => Table("x"),
        "c" => Table("c", ""),
        "ins" => Table("t") is null ? "" : Text($"p_insert{handle}"),
        "s" => "{w}_main",
        "o" => Table("o", "") is null ? "" : "{w}_other",
        "own" => Table("own") is null ? "" : Text($"{{w}}_own{handle}"),
        "lock" => Text($"{{w}}_h{handle}_{life}"),
        "peer" => Text($"{random.Next(handles)}"),
        "n" => Text($"{random.Next(1, 10)}"),
        "i" => Text($"{_i}"),
        "j" => Text($"{_j}"),
        "k" => Text($"{_k}"),
        "h" => Text($"{handle}"),
        "str" => s_strings[random.Next(s_strings.Length)],
        "iso" => isMariaDb ? "tx_isolation" : "transaction_isolation",
        "ro" => isMariaDb ? "tx_read_only" : "transaction_read_only",
        "w" => "{w}",
        "b" => "{b}",
        _ => throw new FormatException($"The grammar has {{{name}}}, which means nothing."),
    };

    private string Table(string name) => Table(name, Text($"{handle}"));

    private string Table(string name, string number)
    {
        tables.Add(name + number);
        return name + number;
    }

    private static int Closing(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
                return at;
        }

        throw new FormatException($"A brace of the grammar is open: {text}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
