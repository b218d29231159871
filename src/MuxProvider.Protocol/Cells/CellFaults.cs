using System.Text;

namespace MuxProvider.Protocol;

/// <summary>The words of the exceptions that reading a cell can end with. Apart from <see cref="Cell"/>, so that its methods stay small.</summary>
internal static class CellFaults
{
    /// <summary>The most bytes of a cell that a message quotes.</summary>
    private const int QuotedBytes = 40;

    /// <summary>A typed getter met NULL.</summary>
    public static InvalidCastException Null(in Cell cell, string asked) =>
        new($"Column '{cell.Column.Name}' is NULL in this row and cannot be read as {asked}. Ask IsDBNull first.");

    /// <summary>A column of this type is never read as what was asked for.</summary>
    public static InvalidCastException WrongType(in Cell cell, string asked) =>
        new($"Column '{cell.Column.Name}' is of type {TypeName(cell)} and cannot be read as {asked}.");

    /// <summary>The type would do, this value does not.</summary>
    public static InvalidCastException WrongValue(in Cell cell, string asked, string why) =>
        new($"Column '{cell.Column.Name}' of type {TypeName(cell)} cannot be read as {asked} in this row: {why}.");

    /// <summary>The number is too large, or negative, for what was asked for.</summary>
    public static OverflowException Overflow(in Cell cell, string asked) =>
        new($"Column '{cell.Column.Name}' of type {TypeName(cell)} has the value {Quote(cell)} in this row, which does not fit {asked}."
            + (cell.Kind == ValueKind.Decimal && asked == nameof(Decimal) ? " GetFieldValue<string> reads all of its digits." : ""));

    /// <summary>The bytes are not what a column of this type holds.</summary>
    public static FormatException Malformed(in Cell cell, string asked) =>
        new($"Column '{cell.Column.Name}' of type {TypeName(cell)} holds {Quote(cell)} in this row, which is no {asked}.");

    /// <summary>A column that is a Guid by its length alone holds something else.</summary>
    public static FormatException NoGuid(in Cell cell) =>
        new(Malformed(cell, nameof(Guid)).Message + " If the column is not meant for Guids, set the option 'GUID Format' accordingly (None for no Guids at all).");

    /// <summary>0000-00-00, and the user did not say what to do with it.</summary>
    public static InvalidCastException ZeroDate(in Cell cell, string asked) =>
        WrongValue(cell, asked, $"it holds a zero date. Set 'Convert Zero DateTime' (ConvertZeroDateTime) to read it as {nameof(DateTime)}.{nameof(DateTime.MinValue)}, or 'Allow Zero DateTime' (AllowZeroDateTime) and read it with GetValue");

    /// <summary>A date the server accepts and the calendar does not know.</summary>
    public static InvalidCastException NoCalendarDate(in Cell cell, string asked) =>
        WrongValue(cell, asked, $"{Quote(cell)} is not a day of the calendar. Select it as text: CAST(… AS CHAR)");

    private static string TypeName(in Cell cell) => ValueKinds.DataTypeName(cell.Column, cell.Options);

    /// <summary>Quotes what cannot be a secret or a novel: numbers, dates, times. Of text and bytes only the length is told.</summary>
    private static string Quote(in Cell cell)
    {
        var bytes = cell.Bytes;
        if (cell.Kind is ValueKind.String or ValueKind.Json or ValueKind.Bytes or ValueKind.Geometry or ValueKind.Vector or ValueKind.Guid)
            return $"a value of {bytes.Length} bytes";
        if (cell.Kind == ValueKind.Bit && (cell.Column.Flags & ColumnFlags.Binary) == 0)
            return TextCells.TryReadBits(bytes, out var bits) ? $"{bits}" : $"a value of {bytes.Length} bytes";
        if (cell.IsBinary && cell.Kind != ValueKind.Decimal && cell.Kind != ValueKind.Bit)
            return BinaryCells.ToText(bytes, cell.Column) is { } shown ? $"'{shown}'" : $"a value of {bytes.Length} bytes";
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, QuotedBytes)]);
        return bytes.Length > QuotedBytes ? $"'{text}…'" : $"'{text}'";
    }
}
