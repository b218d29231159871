using MuxProvider.Protocol;

namespace MuxProvider.Links;

/// <summary>
/// A statement with its values, ready to be encoded. Owned by one command, filled anew for each execution, and not
/// changed while a link encodes it.
/// </summary>
public class Statement
{
    private int[] _bound = [];
    private object?[] _values = [];
    private int _count;

    /// <summary>Creates a statement without values.</summary>
    /// <param name="text">The text.</param>
    public Statement(StatementText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
    }

    /// <summary>The text.</summary>
    public StatementText Text { get; private set; }

    /// <summary>Whether some <c>@name</c> in the text has no value and so stays a user variable.</summary>
    public bool HasUserVariables { get; private set; }

    /// <summary>
    /// Whether some <c>@name</c> is a variable of this text's own: the provider wrote it, sets it before it reads it, and nobody asks
    /// for it later.
    /// </summary>
    public bool HasOwnVariables { get; private set; }

    /// <summary>Whether the caller wants it to run prepared, where it can.</summary>
    public bool WantsPreparation { get; set; }

    /// <summary>The values of all markers, in the order of the text.</summary>
    internal ReadOnlySpan<object?> Values => _values.AsSpan(0, _count);

    /// <summary>Starts over with another text and no values.</summary>
    /// <param name="text">The text.</param>
    public void Reset(StatementText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
        HasUserVariables = false;
        HasOwnVariables = false;
        WantsPreparation = false;
        _count = 0;
        if (_bound.Length < text.Markers.Length)
        {
            _bound = new int[text.Markers.Length];
            _values = new object?[text.Markers.Length];
        }

        _values.AsSpan().Clear();
    }

    /// <summary>Binds the next marker, in the order of the text, to a value.</summary>
    /// <param name="value">The value.</param>
    public void Bind(object? value)
    {
        _bound[_count] = 1;
        _values[_count++] = value;
    }

    /// <summary>Leaves the next marker, in the order of the text, as it is: a user variable.</summary>
    public void LeaveVariable()
    {
        _bound[_count++] = 0;
        HasUserVariables = true;
    }

    /// <summary>Leaves the next marker, in the order of the text, as it is: a variable of the text's own.</summary>
    public void LeaveOwnVariable()
    {
        _bound[_count++] = 0;
        HasOwnVariables = true;
    }

    /// <summary>Whether a marker has a value.</summary>
    /// <param name="marker">The marker's index.</param>
    /// <returns>False for a user variable.</returns>
    public bool IsBound(int marker) => _bound[marker] != 0;

    /// <summary>The value of a marker.</summary>
    /// <param name="marker">The marker's index.</param>
    /// <returns>The value.</returns>
    public object? Value(int marker) => _values[marker];

    /// <summary>Writes the text with the values as literals.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="literals">How literals are written.</param>
    /// <exception cref="NotSupportedException">A value's type cannot be sent.</exception>
    /// <exception cref="ArgumentException">A value cannot be sent.</exception>
    public void WriteTo(ByteWriter writer, in LiteralOptions literals)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var markers = Text.Markers.Length;
        if (_count != markers)
            throw new InvalidOperationException($"{_count} of {markers} markers were bound.");
        if (markers == 0)
        {
            writer.Write(Text.Utf8);
            return;
        }

        for (var i = 0; i < markers; i++)
        {
            writer.Write(Text.Segment(i));
            if (_bound[i] != 0)
                SqlLiteral.Write(writer, _values[i], literals);
            else
                writer.Write(Text.Marker(i));
        }

        writer.Write(Text.Segment(markers));
    }

    /// <summary>Writes the text with <c>?</c> for each marker, to be prepared. Only where no marker is a user variable.</summary>
    /// <param name="writer">Where to.</param>
    internal void WritePreparableTo(ByteWriter writer)
    {
        var markers = Text.Markers.Length;
        for (var i = 0; i < markers; i++)
        {
            writer.Write(Text.Segment(i));
            writer.WriteByte((byte)'?');
        }

        writer.Write(Text.Segment(markers));
    }

    /// <inheritdoc/>
    public override string ToString() => Text.Text;
}
