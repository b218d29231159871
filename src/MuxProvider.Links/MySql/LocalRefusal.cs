using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>The error of a statement for which the server asked for a file that it must not have. Pure.</summary>
internal static class LocalRefusal
{
    // The number that clients have for it: no server sends it.
    private const ushort Number = 2068;

    /// <summary>The error.</summary>
    /// <param name="file">What the server asked for.</param>
    public static ErrPacket Of(string file) => new(
        Number, "HY000", $"The server asked for the local file '{file}', which this statement does not offer, so it was given nothing.");
}
