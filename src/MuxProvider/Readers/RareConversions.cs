using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Reads cells as types that few ask for.</summary>
internal static class RareConversions
{
    /// <summary>Reads a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="type">The type.</param>
    /// <returns>The value; null where the type is none of these.</returns>
    /// <exception cref="InvalidCastException">The cell is NULL, or of a type that is never read as this.</exception>
    /// <exception cref="FormatException">The text is no JSON.</exception>
    public static object? To(in Cell cell, Type type)
    {
        if (type == typeof(MuxDateTime) || type == typeof(MuxDateTime?))
            return FieldTypes.DateOf(cell);
        if (type == typeof(BigInteger) || type == typeof(BigInteger?))
            return Number(cell);
        if (type == typeof(Half) || type == typeof(Half?))
            return (Half)cell.GetFloat();
        if (type == typeof(char[]))
            return cell.GetString().ToCharArray();
        if (type == typeof(ReadOnlyMemory<char>) || type == typeof(ReadOnlyMemory<char>?))
            return cell.GetString().AsMemory();
        if (type == typeof(float[]) && cell.Kind == ValueKind.Vector)
            return ((ReadOnlyMemory<float>)cell.GetValue()).ToArray();
        if (type == typeof(JsonDocument))
            return Document(cell);
        if (type == typeof(JsonElement) || type == typeof(JsonElement?))
        {
            using var document = Document(cell);
            return document.RootElement.Clone();
        }

        return type == typeof(JsonObject) || type == typeof(JsonArray) || type == typeof(JsonValue) ? Node(cell) : null;
    }

    /// <summary>Reads JSON.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>The node; null for JSON's null.</returns>
    /// <exception cref="InvalidCastException">The cell is NULL, or no text.</exception>
    /// <exception cref="FormatException">The text is no JSON.</exception>
    public static JsonNode? Node(in Cell cell)
    {
        try
        {
            return JsonNode.Parse(cell.GetString());
        }
        catch (JsonException error)
        {
            throw NoJson(cell, error);
        }
    }

    private static BigInteger Number(in Cell cell) => cell.Kind switch
    {
        ValueKind.Byte or ValueKind.UInt16 or ValueKind.UInt32 or ValueKind.UInt64 or ValueKind.Bit => cell.GetUInt64(),
        ValueKind.Decimal when !cell.IsNull => Whole(cell),
        _ => cell.GetInt64(),
    };

    private static BigInteger Whole(in Cell cell)
    {
        var digits = Encoding.ASCII.GetString(cell.Bytes);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && digits.AsSpan(point + 1).ContainsAnyExcept('0'))
            throw new InvalidCastException($"Column '{cell.Column.Name}' cannot be read as {typeof(BigInteger)} in this row: it has a fraction.");
        return BigInteger.Parse(point < 0 ? digits : digits.AsSpan(0, point), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static JsonDocument Document(in Cell cell)
    {
        try
        {
            return JsonDocument.Parse(cell.GetString());
        }
        catch (JsonException error)
        {
            throw NoJson(cell, error);
        }
    }

    private static FormatException NoJson(in Cell cell, JsonException error) =>
        new($"Column '{cell.Column.Name}' holds no JSON in this row: {error.Message}", error);
}
