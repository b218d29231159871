using System.Buffers.Binary;
using System.Collections;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>What is sent for a parameter: its value as its type asks for it, cut to its size. Pure; <see cref="ParameterStreams"/> reads streams first.</summary>
internal static class ParameterValue
{
    /// <summary>The value to send.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <returns>Something that <see cref="SqlLiteral"/> can write.</returns>
    /// <exception cref="NotSupportedException">Values of that type cannot be sent.</exception>
    /// <exception cref="FormatException">A text is no value of the parameter's type.</exception>
    public static object? Of(MuxParameter parameter)
    {
        var value = parameter.Value;
        if (value is null or DBNull)
            return null;
        if (!SqlLiteral.CanWrite(value))
            value = Simplify(parameter, value);
        if (parameter.HasDbType)
            value = ParameterCoercion.To(parameter, value);
        return parameter.Size > 0 ? Cut(value, parameter.Size) : value;
    }

    private static object Simplify(MuxParameter parameter, object value)
    {
        switch (value)
        {
            case Stream or TextReader:
                return parameter.Collection?.FindRead(parameter) ?? ReadNow(value);
            case JsonDocument document:
                return document.RootElement.GetRawText();
            case JsonElement element:
                return element.ValueKind == JsonValueKind.Undefined ? throw Unsupported(parameter, value) : element.GetRawText();
            case JsonNode node:
                return node.ToJsonString();
            case MuxDateTime time:
                return time.ToString();
            case Half number:
                return (float)number;
            case Int128 number:
                return (BigInteger)number;
            case UInt128 number:
                return (BigInteger)number;
            case float[] vector:
                return Bytes(vector);
            case ReadOnlyMemory<float> vector:
                return Bytes(vector.Span);
            case Memory<float> vector:
                return Bytes(vector.Span);
            case IEnumerable:
                throw new NotSupportedException(
                    $"The parameter '{parameter.ParameterName}' has a list ({value.GetType()}), but a parameter is one value. "
                    + "Write a parameter for each value, IN (@id0, @id1, …); or send the list as JSON, and read it with JSON_TABLE.");
            default:
                throw Unsupported(parameter, value);
        }
    }

    private static NotSupportedException Unsupported(MuxParameter parameter, object value) =>
        new($"The parameter '{parameter.ParameterName}' has a value of the type {value.GetType()}, which cannot be sent.");

    // Only where nobody has read it before: parameters that belong to no command.
    private static object ReadNow(object value)
    {
        if (value is TextReader reader)
            return reader.ReadToEnd();
        var stream = (Stream)value;
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    // As VECTOR columns hold them: each number of 32 bits, least significant byte first.
    private static byte[] Bytes(ReadOnlySpan<float> vector)
    {
        if (BitConverter.IsLittleEndian)
            return MemoryMarshal.AsBytes(vector).ToArray();
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return bytes;
    }

    private static object Cut(object value, int size) => value switch
    {
        string text => text.Length <= size ? value : CutText(text, size),
        byte[] bytes => bytes.Length <= size ? value : new ReadOnlyMemory<byte>(bytes, 0, size),
        char[] text => text.Length <= size ? value : CutText(text, size),
        StringBuilder text => text.Length <= size ? value : CutText(text.ToString(), size),
        ReadOnlyMemory<char> text => text.Length <= size ? value : CutText(text.Span, size),
        Memory<char> text => text.Length <= size ? value : CutText(text.Span, size),
        ReadOnlyMemory<byte> bytes => bytes.Length <= size ? value : bytes[..size],
        Memory<byte> bytes => bytes.Length <= size ? value : bytes[..size],
        ArraySegment<byte> bytes => bytes.Count <= size ? value : bytes[..size],
        MemoryStream stream => stream.Length <= size ? value : new ReadOnlyMemory<byte>(stream.ToArray(), 0, size),
        _ => value,
    };

    // Half a character is none.
    private static string CutText(ReadOnlySpan<char> text, int size) =>
        text[..(char.IsHighSurrogate(text[size - 1]) && char.IsLowSurrogate(text[size]) ? size - 1 : size)].ToString();
}
