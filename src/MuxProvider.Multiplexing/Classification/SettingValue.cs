using System.Globalization;

namespace MuxProvider.Multiplexing;

/// <summary>The right-hand side of an assignment to a system variable, in the one spelling that means the same under any sql_mode.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A word in upper case, a number as written, a string's content as written; empty for the others.</param>
internal readonly record struct SettingValue(SettingValueKind Kind, string Text)
{
    private static readonly SettingValue s_expression = new(SettingValueKind.Expression, "");

    /// <summary>Whether the text alone says what the value is.</summary>
    public bool IsLiteral => Kind != SettingValueKind.Expression;

    /// <summary>The value as a SQL literal; null for DEFAULT. Empty for an expression.</summary>
    public string? Literal => Kind switch
    {
        SettingValueKind.Default => null,
        SettingValueKind.Text => $"'{Text}'",
        _ => Text,
    };

    /// <summary>Whether it switches on or off; null for neither.</summary>
    public bool? Switch => Kind is SettingValueKind.Word or SettingValueKind.Text or SettingValueKind.Number
        ? Text.ToUpperInvariant() switch
        {
            "ON" or "1" or "TRUE" => true,
            "OFF" or "0" or "FALSE" => false,
            _ => null,
        }
        : null;

    /// <summary>The value as a whole number; null for anything else.</summary>
    public long? Number => Kind == SettingValueKind.Number && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : null;

    /// <summary>Reads a right-hand side.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">The index behind it.</param>
    /// <returns>The value.</returns>
    public static SettingValue Read(in StatementTokens tokens, int from, int to)
    {
        if (to == from + 1)
            return One(tokens, from);
        if (to != from + 2 || tokens.Kind(from + 1) != SqlTokenKind.Number || !(tokens.IsOperator(from, '-') || tokens.IsOperator(from, '+')))
            return s_expression;
        var number = One(tokens, from + 1);
        return number.Kind == SettingValueKind.Number ? number with { Text = $"{tokens.Written(from)}{number.Text}" } : s_expression;
    }

    private static SettingValue One(in StatementTokens tokens, int index)
    {
        var written = tokens.Written(index);
        switch (tokens.Kind(index))
        {
            case SqlTokenKind.Identifier when tokens.Is(index, "DEFAULT"):
                return new SettingValue(SettingValueKind.Default, "");
            case SqlTokenKind.Identifier when System.Text.Ascii.IsValid(written):
                return new SettingValue(SettingValueKind.Word, written.ToString().ToUpperInvariant());
            case SqlTokenKind.Number when !written.ContainsAny("xXbB"):
                return new SettingValue(SettingValueKind.Number, written.ToString());
            case SqlTokenKind.String when written.Length >= 2 && written[0] is '\'' or '"' && !written[1..^1].ContainsAny('\'', '"', '\\'):
                return new SettingValue(SettingValueKind.Text, written[1..^1].ToString());
            default:
                return s_expression;
        }
    }
}
