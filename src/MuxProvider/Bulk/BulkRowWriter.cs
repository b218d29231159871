using System.Buffers;
using System.Numerics;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// Writes rows the way LOAD DATA reads them: fields behind tabs, rows before line feeds, <c>\</c> in front of what would be one of them,
/// <c>\N</c> for NULL; all in UTF-8. Used by one caller.
/// </summary>
/// <param name="fields">The fields.</param>
/// <param name="literals">How values are written.</param>
internal sealed class BulkRowWriter(BulkField[] fields, LiteralOptions literals) : IDisposable
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("\\\t\n\0");
    private static readonly SearchValues<byte> s_specialBytes = SearchValues.Create("\\\t\n\0"u8);

    private readonly ByteWriter _scratch = new();
    private readonly LiteralOptions _literals = literals with { NoBackslashEscapes = true };

    /// <summary>Writes the current row.</summary>
    /// <param name="target">Where to; nothing is left there where a value cannot be written.</param>
    /// <param name="row">The source.</param>
    /// <exception cref="NotSupportedException">A value's type cannot be sent.</exception>
    /// <exception cref="ArgumentException">A value cannot be sent.</exception>
    public void Write(ByteWriter target, RowSource row)
    {
        var start = target.Length;
        try
        {
            for (var i = 0; i < fields.Length; i++)
            {
                if (i > 0)
                    target.WriteByte((byte)'\t');
                Write(target, row[fields[i].Ordinal], fields[i].Encoding);
            }

            target.WriteByte((byte)'\n');
        }
        catch
        {
            target.Truncate(start);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Dispose();

    private void Write(ByteWriter target, object? value, BulkEncoding encoding)
    {
        if (value is null or DBNull)
        {
            target.Write("\\N"u8);
            return;
        }

        if (BulkBytes.TryGet(value, _literals.GuidFormat, encoding == BulkEncoding.Hex, out var bytes))
        {
            if (encoding == BulkEncoding.Bits)
                WriteText(target, new BigInteger(bytes, isUnsigned: true, isBigEndian: true).ToString(System.Globalization.CultureInfo.InvariantCulture));
            else if (encoding == BulkEncoding.Text)
                WriteBytes(target, bytes);
            else
                WriteHex(target, bytes);
            return;
        }

        if (encoding == BulkEncoding.Hex)
        {
            _scratch.Clear();
            WritePlain(_scratch, value);
            WriteHex(target, _scratch.WrittenSpan);
            return;
        }

        if (AsText(value) is { } text)
            WriteText(target, text.Span);
        else
            WritePlain(target, value);
    }

    private static ReadOnlyMemory<char>? AsText(object value) => value switch
    {
        string text => text.AsMemory(),
        char[] text => text,
        ReadOnlyMemory<char> text => text,
        Memory<char> text => text,
        StringBuilder text => text.ToString().AsMemory(),
        char text => text.ToString().AsMemory(),
        _ => (ReadOnlyMemory<char>?)null,
    };

    // Without escapes.
    private void WritePlain(ByteWriter target, object value)
    {
        if (AsText(value) is { } text)
        {
            target.WriteUtf8(text.Span);
            return;
        }

        if (value is bool truth)
        {
            target.WriteByte(truth ? (byte)'1' : (byte)'0');
            return;
        }

        // The literal of what is neither text nor bytes is a number, or has its value between the only two quotes.
        using var literal = new ByteWriter(64);
        SqlLiteral.Write(literal, value, value is Guid && _literals.GuidFormat is not GuidFormat.Char32 ? _literals with { GuidFormat = GuidFormat.Char36 } : _literals);
        var written = literal.WrittenSpan;
        var quote = written.IndexOf((byte)'\'');
        target.Write(quote < 0 ? written : written[(quote + 1)..^1]);
    }

    private static void WriteText(ByteWriter target, ReadOnlySpan<char> text)
    {
        while (true)
        {
            var special = text.IndexOfAny(s_special);
            if (special < 0)
                break;
            target.WriteUtf8(text[..special]);
            WriteSpecial(target, (byte)text[special]);
            text = text[(special + 1)..];
        }

        target.WriteUtf8(text);
    }

    private static void WriteBytes(ByteWriter target, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var special = bytes.IndexOfAny(s_specialBytes);
            if (special < 0)
                break;
            target.Write(bytes[..special]);
            WriteSpecial(target, bytes[special]);
            bytes = bytes[(special + 1)..];
        }

        target.Write(bytes);
    }

    private static void WriteSpecial(ByteWriter target, byte character)
    {
        target.WriteByte((byte)'\\');
        target.WriteByte(character switch { (byte)'\t' => (byte)'t', (byte)'\n' => (byte)'n', 0 => (byte)'0', _ => character });
    }

    private static void WriteHex(ByteWriter target, ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexString(bytes, target.GetSpan(2 * bytes.Length), out var written);
        target.Advance(written);
    }
}
