using System.Data;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MuxProvider;

/// <summary>The ADO.NET type that follows from a value.</summary>
internal static class DbTypes
{
    /// <summary>The type of a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its type; <see cref="DbType.String"/> where nothing follows.</returns>
    public static DbType Of(object? value) => value switch
    {
        null or DBNull => DbType.String,
        Enum constant => OfNumber(constant.GetTypeCode()),
        DateTimeOffset => DbType.DateTimeOffset,
        MuxDateTime => DbType.DateTime,
        DateOnly => DbType.Date,
        TimeOnly or TimeSpan => DbType.Time,
        Guid => DbType.Guid,
        byte[] or Memory<byte> or ReadOnlyMemory<byte> or ArraySegment<byte> or Stream => DbType.Binary,
        float[] or Memory<float> or ReadOnlyMemory<float> => DbType.Binary,
        BigInteger or Int128 or UInt128 => DbType.Decimal,
        Half => DbType.Single,
        char => DbType.StringFixedLength,
        StringBuilder or char[] or Memory<char> or ReadOnlyMemory<char> or TextReader => DbType.String,
        JsonDocument or JsonElement or JsonNode => DbType.String,
        IConvertible convertible => OfNumber(convertible.GetTypeCode()),
        _ => DbType.Object,
    };

    private static DbType OfNumber(TypeCode code) => code switch
    {
        TypeCode.Boolean => DbType.Boolean,
        TypeCode.SByte => DbType.SByte,
        TypeCode.Byte => DbType.Byte,
        TypeCode.Int16 => DbType.Int16,
        TypeCode.UInt16 => DbType.UInt16,
        TypeCode.Int32 => DbType.Int32,
        TypeCode.UInt32 => DbType.UInt32,
        TypeCode.Int64 => DbType.Int64,
        TypeCode.UInt64 => DbType.UInt64,
        TypeCode.Single => DbType.Single,
        TypeCode.Double => DbType.Double,
        TypeCode.Decimal => DbType.Decimal,
        TypeCode.DateTime => DbType.DateTime,
        TypeCode.String => DbType.String,
        _ => DbType.Object,
    };
}
