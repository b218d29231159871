using System.Runtime.InteropServices;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>The values that are bytes. Pure.</summary>
internal static class BulkBytes
{
    /// <summary>The bytes of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="guids">How a <see cref="Guid"/> is stored.</param>
    /// <param name="isForBytes">Whether it goes to a column of bytes.</param>
    /// <param name="bytes">Its bytes; numbers of a vector are four bytes each, the least significant first.</param>
    /// <returns>False where it is something else.</returns>
    public static bool TryGet(object value, GuidFormat guids, bool isForBytes, out ReadOnlySpan<byte> bytes)
    {
        switch (value)
        {
            case byte[] array:
                bytes = array;
                return true;
            case ReadOnlyMemory<byte> memory:
                bytes = memory.Span;
                return true;
            case Memory<byte> memory:
                bytes = memory.Span;
                return true;
            case ArraySegment<byte> segment:
                bytes = segment;
                return true;
            case MemoryStream stream:
                bytes = stream.TryGetBuffer(out var buffer) ? buffer : stream.ToArray();
                return true;
            case float[] vector:
                bytes = MemoryMarshal.AsBytes<float>(vector);
                return true;
            case ReadOnlyMemory<float> vector:
                bytes = MemoryMarshal.AsBytes(vector.Span);
                return true;
            case Guid guid when isForBytes && guids is (GuidFormat.Binary16 or GuidFormat.TimeSwapBinary16 or GuidFormat.LittleEndianBinary16):
                var sixteen = new byte[16];
                GuidBytes.Write(guid, guids, sixteen);
                bytes = sixteen;
                return true;
            default:
                bytes = default;
                return false;
        }
    }
}
