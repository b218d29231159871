using System.Text;
using System.Text.Json.Nodes;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Reads a cell as a type that the caller names.</summary>
internal static class CellConversion
{
    /// <summary>
    /// Reads a cell. The comparisons of types are decided when the method is compiled for <typeparamref name="T"/>, and what
    /// looks like boxing is removed with them.
    /// </summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="cell">The cell.</param>
    /// <param name="options">How cells are read.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidCastException">The cell is NULL, or not to be had as <typeparamref name="T"/>.</exception>
    public static T To<T>(in Cell cell, CellOptions options)
    {
        if (default(T) is null && typeof(T).IsValueType && cell.IsNull)
            return default!;
        if (typeof(T) == typeof(bool))
            return (T)(object)cell.GetBoolean();
        if (typeof(T) == typeof(sbyte))
            return (T)(object)cell.GetSByte();
        if (typeof(T) == typeof(byte))
            return (T)(object)cell.GetByte();
        if (typeof(T) == typeof(short))
            return (T)(object)cell.GetInt16();
        if (typeof(T) == typeof(ushort))
            return (T)(object)cell.GetUInt16();
        if (typeof(T) == typeof(int))
            return (T)(object)cell.GetInt32();
        if (typeof(T) == typeof(uint))
            return (T)(object)cell.GetUInt32();
        if (typeof(T) == typeof(long))
            return (T)(object)cell.GetInt64();
        if (typeof(T) == typeof(ulong))
            return (T)(object)cell.GetUInt64();
        if (typeof(T) == typeof(decimal))
            return (T)(object)cell.GetDecimal();
        if (typeof(T) == typeof(double))
            return (T)(object)cell.GetDouble();
        if (typeof(T) == typeof(float))
            return (T)(object)cell.GetFloat();
        if (typeof(T) == typeof(char))
            return (T)(object)cell.GetChar();
        if (typeof(T) == typeof(Guid))
            return (T)(object)cell.GetGuid();
        if (typeof(T) == typeof(DateTime))
            return (T)(object)cell.GetDateTime();
        if (typeof(T) == typeof(DateTimeOffset))
            return (T)(object)cell.GetDateTimeOffset();
        if (typeof(T) == typeof(DateOnly))
            return (T)(object)cell.GetDateOnly();
        if (typeof(T) == typeof(TimeOnly))
            return (T)(object)cell.GetTimeOnly();
        if (typeof(T) == typeof(TimeSpan))
            return (T)(object)cell.GetTimeSpan();
        if (typeof(T) == typeof(bool?))
            return (T)(object)(bool?)cell.GetBoolean();
        if (typeof(T) == typeof(sbyte?))
            return (T)(object)(sbyte?)cell.GetSByte();
        if (typeof(T) == typeof(byte?))
            return (T)(object)(byte?)cell.GetByte();
        if (typeof(T) == typeof(short?))
            return (T)(object)(short?)cell.GetInt16();
        if (typeof(T) == typeof(ushort?))
            return (T)(object)(ushort?)cell.GetUInt16();
        if (typeof(T) == typeof(int?))
            return (T)(object)(int?)cell.GetInt32();
        if (typeof(T) == typeof(uint?))
            return (T)(object)(uint?)cell.GetUInt32();
        if (typeof(T) == typeof(long?))
            return (T)(object)(long?)cell.GetInt64();
        if (typeof(T) == typeof(ulong?))
            return (T)(object)(ulong?)cell.GetUInt64();
        if (typeof(T) == typeof(decimal?))
            return (T)(object)(decimal?)cell.GetDecimal();
        if (typeof(T) == typeof(double?))
            return (T)(object)(double?)cell.GetDouble();
        if (typeof(T) == typeof(float?))
            return (T)(object)(float?)cell.GetFloat();
        if (typeof(T) == typeof(char?))
            return (T)(object)(char?)cell.GetChar();
        if (typeof(T) == typeof(Guid?))
            return (T)(object)(Guid?)cell.GetGuid();
        if (typeof(T) == typeof(DateTime?))
            return (T)(object)(DateTime?)cell.GetDateTime();
        if (typeof(T) == typeof(DateTimeOffset?))
            return (T)(object)(DateTimeOffset?)cell.GetDateTimeOffset();
        if (typeof(T) == typeof(DateOnly?))
            return (T)(object)(DateOnly?)cell.GetDateOnly();
        if (typeof(T) == typeof(TimeOnly?))
            return (T)(object)(TimeOnly?)cell.GetTimeOnly();
        if (typeof(T) == typeof(TimeSpan?))
            return (T)(object)(TimeSpan?)cell.GetTimeSpan();
        if (typeof(T) == typeof(string))
            return (T)(object)(cell.Kind == ValueKind.Decimal && !cell.IsNull ? Encoding.UTF8.GetString(cell.Bytes) : cell.GetString());
        if (typeof(T) == typeof(byte[]))
            return (T)(object)cell.GetBytes();
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
            return (T)(object)new ReadOnlyMemory<byte>(cell.GetBytes());
        if (typeof(T) == typeof(Memory<byte>))
            return (T)(object)new Memory<byte>(cell.GetBytes());
        if (typeof(T) == typeof(Stream) || typeof(T) == typeof(MemoryStream))
            return (T)(object)new MemoryStream(cell.GetBytes(), writable: false);
        if (typeof(T) == typeof(TextReader) || typeof(T) == typeof(StringReader))
            return (T)(object)new StringReader(cell.GetString());
        if (typeof(T).IsEnum || Nullable.GetUnderlyingType(typeof(T)) is { IsEnum: true })
            return (T)EnumCells.Read(cell, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
        if (typeof(T) == typeof(JsonNode))
            return (T)(object)RareConversions.Node(cell)!;
        var value = RareConversions.To(cell, typeof(T)) ?? FieldTypes.ValueOf(cell, options);
        if (value is T typed)
            return typed;
        throw new InvalidCastException(value is DBNull
            ? $"The column '{cell.Column.Name}' is NULL in this row and cannot be read as {typeof(T)}. Ask IsDBNull first."
            : $"The column '{cell.Column.Name}' holds a {value.GetType()} and cannot be read as {typeof(T)}.");
    }
}
