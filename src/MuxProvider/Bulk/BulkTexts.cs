using System.Globalization;
using System.Text;

namespace MuxProvider;

/// <summary>The statements of a bulk copy. Pure.</summary>
internal static class BulkTexts
{
    // Longer texts are not remembered by those who cut them.
    private const int LongestText = 15_000;
    private const int MostRows = 1024;

    /// <summary>LOAD DATA for rows as <see cref="BulkRowWriter"/> writes them. Its one value is the name of the file.</summary>
    public static string Load(string table, MuxBulkLoaderConflictOption conflict, BulkField[] fields)
    {
        var columns = new StringBuilder();
        var sets = new StringBuilder();
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            var variable = field.Encoding == BulkEncoding.Variable ? field.Target : string.Create(CultureInfo.InvariantCulture, $"@muxprovider_bulk_{i}");
            columns.Append(i > 0 ? "," : "").Append(field.Encoding == BulkEncoding.Text ? field.Target : variable);
            var set = field.Encoding switch
            {
                BulkEncoding.Text => null,
                BulkEncoding.Hex => $"{field.Target}=UNHEX({variable})",
                BulkEncoding.Bits => $"{field.Target}=CAST({variable} AS UNSIGNED)",
                _ => field.Expression,
            };
            if (set is not null)
                sets.Append(sets.Length == 0 ? " SET " : ",").Append(set);
        }

        // Written as numbers, the characters are the same under every sql_mode.
        return $"LOAD DATA LOCAL INFILE ?{Conflict(conflict)} INTO TABLE {table} CHARACTER SET utf8mb4 FIELDS TERMINATED BY 0x09 ESCAPED BY 0x5C LINES TERMINATED BY 0x0A ({columns}){sets}";
    }

    /// <summary>How many rows one INSERT may have: a power of two.</summary>
    public static int MostRowsOf(string table, BulkField[] fields)
    {
        var most = (LongestText - Insert(table, MuxBulkLoaderConflictOption.None, fields, 0).Length) / (Tuple(fields).Length + 1);
        return 1 << Math.Clamp((int)Math.Log2(Math.Max(1, most)), 0, (int)Math.Log2(MostRows));
    }

    /// <summary>INSERT for so many rows.</summary>
    public static string Insert(string table, MuxBulkLoaderConflictOption conflict, BulkField[] fields, int rows)
    {
        var verb = conflict switch
        {
            MuxBulkLoaderConflictOption.Replace => "REPLACE",
            MuxBulkLoaderConflictOption.Ignore => "INSERT IGNORE",
            _ => "INSERT",
        };
        var text = new StringBuilder($"{verb} INTO {table} ({string.Join(',', fields.Select(static field => Assignment(field).Column))}) VALUES ");
        var tuple = Tuple(fields);
        for (var i = 0; i < rows; i++)
            text.Append(i > 0 ? "," : "").Append(tuple);
        return text.ToString();
    }

    /// <summary>How often the value of a field stands in a row of INSERT.</summary>
    public static int Uses(BulkField field) => Assignment(field).Value.AsSpan().Count('?');

    private static string Tuple(BulkField[] fields) => $"({string.Join(',', fields.Select(static field => Assignment(field).Value))})";

    private static (string Column, string Value) Assignment(BulkField field)
    {
        if (field.Expression is not { } expression)
            return (field.Target, "?");
        var equals = expression.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            throw new InvalidOperationException($"The expression '{expression}' assigns nothing: write it as column = value.");

        // Bytes are hexadecimal digits for an expression, whichever way they are sent.
        return (expression[..equals].Trim().TrimEnd(':'), Replace(expression[(equals + 1)..].Trim(), field.Target));
    }

    private static string Replace(string expression, string variable)
    {
        var text = new StringBuilder();
        var position = 0;
        while (expression.IndexOf(variable, position, StringComparison.OrdinalIgnoreCase) is var found and >= 0)
        {
            var end = found + variable.Length;
            var isWhole = end == expression.Length || !(char.IsAsciiLetterOrDigit(expression[end]) || expression[end] is '_' or '$' or '.');
            text.Append(expression, position, found - position).Append(isWhole ? "?" : expression[found..end]);
            position = end;
        }

        return text.Append(expression, position, expression.Length - position).ToString();
    }

    private static string Conflict(MuxBulkLoaderConflictOption conflict) => conflict switch
    {
        MuxBulkLoaderConflictOption.Replace => " REPLACE",
        MuxBulkLoaderConflictOption.Ignore => " IGNORE",
        _ => "",
    };
}
