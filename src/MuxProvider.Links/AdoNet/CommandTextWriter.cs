using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// Writes a text as inner commands: values as literals, so that all drivers are sent the same, but parameters of the driver's own stay
/// parameters. Each statement of a text becomes a command of its own, because drivers do not tell what each of several has changed, or which
/// one failed. Pure.
/// </summary>
internal static class CommandTextWriter
{
    /// <summary>What the placeholders of the driver's own parameters are called, with a number behind it.</summary>
    public const string Placeholder = "@mux_parameter_";

    [ThreadStatic]
    private static ByteWriter? t_writer;

    /// <summary>Writes a text.</summary>
    /// <param name="statement">The text with its values.</param>
    /// <param name="literals">How values are written.</param>
    /// <param name="most">The most bytes that the server takes.</param>
    /// <returns>The commands, in order; one where it is not certain how the text is cut.</returns>
    /// <exception cref="NotSupportedException">A value's type cannot be sent.</exception>
    /// <exception cref="ArgumentException">A value cannot be sent.</exception>
    /// <exception cref="LinkException">The text is larger than the server takes.</exception>
    public static ImmutableArray<CommandPiece> Write(Statement statement, in LiteralOptions literals, long most)
    {
        var text = statement.Text;
        if (text.Statements.Length < 2)
            return [Write(statement, 0, text.Text.Length, literals, most)];
        var pieces = ImmutableArray.CreateBuilder<CommandPiece>(text.Statements.Length);
        foreach (var (start, end) in text.Statements)
            pieces.Add(Write(statement, start, end, literals, most));
        return pieces.MoveToImmutable();
    }

    private static CommandPiece Write(Statement statement, int start, int end, in LiteralOptions literals, long most)
    {
        var text = statement.Text;
        var markers = text.Markers;
        var first = 0;
        while (first < markers.Length && markers[first].Start < start)
            first++;
        if (first == markers.Length || markers[first].Start >= end)
        {
            ThrowIfTooLarge(end - start, most);
            return new CommandPiece(start == 0 && end == text.Text.Length ? text.Text : text.Text[start..end], null);
        }

        // A command's text is characters, and bytes need not be any.
        var options = literals with { BytesAsHex = true };
        var writer = t_writer ??= new ByteWriter(1024);
        writer.Clear(keepAtMost: 64 * 1024);
        List<DbParameter>? own = null;
        var written = start;
        for (var i = first; i < markers.Length && markers[i].Start < end; i++)
        {
            if (!statement.IsBound(i))
                continue;
            writer.WriteUtf8(text.Text.AsSpan(written, markers[i].Start - written));
            written = markers[i].End;
            if (statement.Value(i) is DbParameter parameter)
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

        writer.WriteUtf8(text.Text.AsSpan(written, end - written));
        ThrowIfTooLarge(writer.Length, most);
        return new CommandPiece(Encoding.UTF8.GetString(writer.WrittenSpan), own?.ToArray());
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
            $"The statement has {length:N0} bytes, but the server takes at most {most:N0} (max_allowed_packet). Nothing was sent. Send less at once, or raise max_allowed_packet on the server.");
    }
}
