using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Reads cells as enums: numbers by value, text by name.</summary>
internal static class EnumCells
{
    /// <summary>Reads a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="type">The enum.</param>
    /// <returns>The constant, boxed. A number without a name is a constant, too.</returns>
    /// <exception cref="InvalidCastException">The cell is NULL, of another type, or a text that names no constant.</exception>
    /// <exception cref="OverflowException">The number is beyond the enum's.</exception>
    public static object Read(in Cell cell, Type type)
    {
        if (cell.Kind == ValueKind.String)
            return Named(cell, type);
        return Type.GetTypeCode(type) switch
        {
            TypeCode.SByte => Enum.ToObject(type, cell.GetSByte()),
            TypeCode.Byte => Enum.ToObject(type, cell.GetByte()),
            TypeCode.Int16 => Enum.ToObject(type, cell.GetInt16()),
            TypeCode.UInt16 => Enum.ToObject(type, cell.GetUInt16()),
            TypeCode.UInt32 => Enum.ToObject(type, cell.GetUInt32()),
            TypeCode.Int64 => Enum.ToObject(type, cell.GetInt64()),
            TypeCode.UInt64 => Enum.ToObject(type, cell.GetUInt64()),
            _ => Enum.ToObject(type, cell.GetInt32()),
        };
    }

    private static object Named(in Cell cell, Type type)
    {
        var name = cell.GetString();
        if (Enum.TryParse(type, name, ignoreCase: true, out var constant))
            return constant;

        // An empty SET.
        if (name.Length == 0 && type.IsDefined(typeof(FlagsAttribute), inherit: false))
            return Enum.ToObject(type, 0);
        throw new InvalidCastException($"Column '{cell.Column.Name}' cannot be read as {type} in this row: its text names no constant.");
    }
}
