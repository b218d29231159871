using System.Globalization;
using System.Text;

namespace MuxProvider.Twin;

/// <summary>Writes down an answer while it is read. Used by one caller at a time.</summary>
internal sealed class AnswerText
{
    // Longer texts are compared by a number.
    private const int Longest = 2000;

    private readonly StringBuilder _text = new();

    /// <summary>A value with its CLR type, NULL without.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its text.</returns>
    public static string Of(object? value) => value switch
    {
        null or DBNull => "NULL",
        string { Length: > Longest } text => FormattableString.Invariant($"'{text[..20]}' and so on, {text.Length} {text.Aggregate(0, static (hash, next) => unchecked(hash * 31 + next)):x}"),
        string text => $"'{text}'",
        byte[] bytes => $"0x{Convert.ToHexString(bytes)}",
        DateTime time => time.ToString("'DateTime 'yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        double number => "Double " + number.ToString("R", CultureInfo.InvariantCulture),
        int number => number.ToString(CultureInfo.InvariantCulture),
        IFormattable other => $"{other.GetType().Name} {other.ToString(null, CultureInfo.InvariantCulture)}",
        _ => $"{value.GetType().Name} {value}",
    };

    /// <summary>Reads all results.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="isBlocking">Whether the caller blocks.</param>
    /// <returns>When everything is written down.</returns>
    public async ValueTask ReadAsync(MuxDataReader reader, bool isBlocking)
    {
        do
        {
            Columns(reader);
            while (isBlocking ? reader.Read() : await reader.ReadAsync())
                Row(reader);
        }
        while (isBlocking ? reader.NextResult() : await reader.NextResultAsync());
    }

    /// <summary>Reads one row.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="isBlocking">Whether the caller blocks.</param>
    /// <returns>When it is written down.</returns>
    public async ValueTask ReadOneAsync(MuxDataReader reader, bool isBlocking)
    {
        Columns(reader);
        if (isBlocking ? reader.Read() : await reader.ReadAsync())
            Row(reader);
    }

    /// <summary>Adds a fact.</summary>
    /// <param name="fact">The fact.</param>
    public void Add(string fact) => _text.Append(_text.Length == 0 ? "" : "; ").Append(fact);

    /// <summary>Adds a number.</summary>
    /// <param name="name">What it counts.</param>
    /// <param name="value">The number.</param>
    public void Add(string name, long value) => Add(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));

    /// <summary>What was written down, without the run's own names.</summary>
    /// <param name="names">The names.</param>
    /// <returns>The text.</returns>
    public string ToString(RunNames names) => names.Neutral(_text.ToString());

    private void Columns(MuxDataReader reader)
    {
        if (reader.FieldCount == 0)
            return;
        Add("[");
        for (var i = 0; i < reader.FieldCount; i++)
            _text.Append(i == 0 ? "" : ", ").Append(reader.GetName(i)).Append(':').Append(reader.GetFieldType(i).Name);
        _text.Append(']');
    }

    private void Row(MuxDataReader reader)
    {
        _text.Append(" (");
        for (var i = 0; i < reader.FieldCount; i++)
            _text.Append(i == 0 ? "" : ", ").Append(Of(reader.GetValue(i)));
        _text.Append(')');
    }
}
