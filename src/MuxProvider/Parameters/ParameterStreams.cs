using System.Globalization;
using System.Text;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>
/// Reads the values of parameters that are streams, before anything is sent: once for each execution, however often a text has the
/// parameter, without blocking an asynchronous caller, and never more than the server would take.
/// </summary>
internal static class ParameterStreams
{
    private const int PieceSize = 64 * 1024;

    /// <summary>Whether a value has to be read first. Asked before every execution.</summary>
    /// <param name="parameters">The parameters; null for none.</param>
    /// <returns>True where there is a stream that is not in memory, or a reader of text.</returns>
    public static bool AreIn(MuxParameterCollection? parameters)
    {
        for (var i = 0; i < parameters?.Count; i++)
        {
            if (IsRead(parameters[i].Value))
                return true;
        }

        return false;
    }

    /// <summary>Reads them all; <see cref="MuxParameterCollection.ForgetRead"/> forgets what was read.</summary>
    /// <param name="parameters">The parameters; null for none.</param>
    /// <param name="conversation">Whose server is to take the values.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When they are read.</returns>
    /// <exception cref="MuxException">One is larger than the server takes.</exception>
    public static async ValueTask ReadAsync(MuxParameterCollection? parameters, Conversation conversation, CancellationToken cancellationToken)
    {
        for (var i = 0; i < parameters?.Count; i++)
        {
            var parameter = parameters[i];
            if (!IsRead(parameter.Value))
                continue;
            var most = conversation.Handle.Facts.MaxAllowedPacket;
            object read = parameter.Value is Stream stream
                ? await ReadAsync(parameter, stream, most, cancellationToken).ConfigureAwait(false)
                : await ReadAsync(parameter, (TextReader)parameter.Value!, most, cancellationToken).ConfigureAwait(false);
            parameters.RememberRead(parameter, read);
        }
    }

    private static bool IsRead(object? value) => value is (Stream and not MemoryStream) or TextReader;

    private static async ValueTask<byte[]> ReadAsync(MuxParameter parameter, Stream stream, long most, CancellationToken cancellationToken)
    {
        var wanted = parameter.Size > 0 ? parameter.Size : long.MaxValue;
        using var read = new MemoryStream();
        var piece = new byte[PieceSize];
        while (read.Length < wanted)
        {
            var length = (int)Math.Min(PieceSize, wanted - read.Length);
            var count = Blocking.IsActive
                ? stream.Read(piece, 0, length)
                : await stream.ReadAsync(piece.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
                break;
            read.Write(piece, 0, count);
            if (read.Length > most)
                throw TooLarge(parameter, most);
        }

        return read.ToArray();
    }

    private static async ValueTask<string> ReadAsync(MuxParameter parameter, TextReader reader, long most, CancellationToken cancellationToken)
    {
        // One more than wanted, so that a character of two halves at the end is seen for what it is.
        var wanted = parameter.Size > 0 ? parameter.Size + 1L : long.MaxValue;
        var read = new StringBuilder();
        var piece = new char[PieceSize];
        while (read.Length < wanted)
        {
            var length = (int)Math.Min(PieceSize, wanted - read.Length);
            var count = Blocking.IsActive
                ? reader.Read(piece, 0, length)
                : await reader.ReadAsync(piece.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
                break;
            read.Append(piece, 0, count);
            if (read.Length > most)
                throw TooLarge(parameter, most);
        }

        return read.ToString();
    }

    private static MuxException TooLarge(MuxParameter parameter, long most) => new((int)MuxErrorCode.PacketTooLarge, null, string.Create(
        CultureInfo.InvariantCulture,
        $"The stream of the parameter '{parameter.ParameterName}' has more than the {most} bytes that the server takes at once (max_allowed_packet). Nothing was sent. Raise max_allowed_packet, or set Size to send only the beginning."));
}
