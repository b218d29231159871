using System.Data.Common;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// Writes a statement as the text of an inner command: values as literals, so that all drivers are sent the same, but parameters of the
/// driver's own stay parameters. Pure.
/// </summary>
internal static class CommandTextWriter
{
    /// <summary>What the placeholders of the driver's own parameters are called, with a number behind it.</summary>
    public const string Placeholder = "@mux_parameter_";

    [ThreadStatic]
    private static ByteWriter? t_writer;

    /// <summary>Writes a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="literals">How values are written.</param>
    /// <param name="most">The most bytes that the server takes.</param>
    /// <param name="parameters">Copies of the driver's own parameters, named as the text names them; null for none.</param>
    /// <returns>The text.</returns>
    /// <exception cref="NotSupportedException">A value's type cannot be sent.</exception>
    /// <exception cref="ArgumentException">A value cannot be sent.</exception>
    /// <exception cref="LinkException">The text is larger than the server takes.</exception>
    public static string Write(Statement statement, in LiteralOptions literals, long most, out DbParameter[]? parameters)
    {
        parameters = null;
        var text = statement.Text;
        var markers = text.Markers.Length;
        if (markers == 0)
        {
            ThrowIfTooLarge(text.Utf8.Length, most);
            return text.Text;
        }

        // A command's text is characters, and bytes need not be any.
        var options = literals with { BytesAsHex = true };
        var writer = t_writer ??= new ByteWriter(1024);
        writer.Clear(keepAtMost: 64 * 1024);
        List<DbParameter>? own = null;
        for (var i = 0; i < markers; i++)
        {
            writer.Write(text.Segment(i));
            if (!statement.IsBound(i))
            {
                writer.Write(text.Marker(i));
            }
            else if (statement.Value(i) is DbParameter parameter)
            {
                own ??= [];
                writer.WriteUtf8($"{Placeholder}{own.Count}");
                own.Add(Copy(parameter, $"{Placeholder}{own.Count}"));
            }
            else
            {
                SqlLiteral.Write(writer, statement.Value(i), options);
            }
        }

        writer.Write(text.Segment(markers));
        ThrowIfTooLarge(writer.Length, most);
        parameters = own?.ToArray();
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    // The caller may change the parameter, or run another command with it, before this one has run.
    private static DbParameter Copy(DbParameter parameter, string name)
    {
        if (parameter is not ICloneable cloneable || cloneable.Clone() is not DbParameter copy)
        {
            throw new NotSupportedException(
                $"The parameter '{parameter.ParameterName}' is a {parameter.GetType().Name}, which cannot be copied (it is not ICloneable). Use a MuxParameter with its value instead.");
        }

        copy.ParameterName = name;
        return copy;
    }

    private static void ThrowIfTooLarge(long length, long most)
    {
        if (length < most)
            return;
        throw new LinkException(
            LinkFailureKind.PacketTooLarge,
            Delivery.NotSent,
            $"The statement has {length} bytes, and the server takes {most} at most. Send the values in smaller pieces, or raise the server's max_allowed_packet.");
    }
}
