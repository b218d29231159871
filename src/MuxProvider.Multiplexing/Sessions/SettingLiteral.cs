using System.Text;

namespace MuxProvider.Multiplexing;

/// <summary>Writes the value of a session variable, as the server tells it, as a literal that means the same under any sql_mode. Pure.</summary>
internal static class SettingLiteral
{
    /// <summary>Writes a value.</summary>
    /// <param name="cell">The value in UTF-8.</param>
    /// <returns>The literal; null where no literal means the same under any sql_mode.</returns>
    public static string? Of(ReadOnlySpan<byte> cell) => Of(Encoding.UTF8.GetString(cell));

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The literal; null where no literal means the same under any sql_mode.</returns>
    public static string? Of(string value)
    {
        if (value.Length is > 0 and < 20 && value.AsSpan().IndexOfAnyExcept("0123456789.") < 0)
            return value;
        return value.AsSpan().IndexOfAny('\'', '\\') < 0 ? $"'{value}'" : null;
    }
}
