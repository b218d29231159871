using System.Collections.Immutable;
using System.Text;

namespace MuxProvider.Links;

/// <summary>
/// The text of a statement with the places of its parameters, and the same text in UTF-8, cut at these places,
/// so that encoding a statement again copies bytes. Immutable; shared by everybody who runs the same text.
/// </summary>
public sealed class StatementText
{
    private readonly byte[] _utf8;
    private readonly int[] _cuts;

    /// <summary>Cuts a text at its markers.</summary>
    /// <param name="text">The SQL text.</param>
    /// <param name="markers">The markers, in the order of the text, not overlapping.</param>
    public StatementText(string text, ImmutableArray<ParameterMarker> markers)
        : this(text, markers, [])
    {
    }

    /// <summary>Cuts a text at its markers.</summary>
    /// <param name="text">The SQL text.</param>
    /// <param name="markers">The markers, in the order of the text, not overlapping.</param>
    /// <param name="statements">The statements; empty for just one, and where it is not certain how servers cut the text.</param>
    public StatementText(string text, ImmutableArray<ParameterMarker> markers, ImmutableArray<StatementSpan> statements)
    {
        Statements = statements;
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
        Markers = markers.IsDefault ? [] : markers;

        // Cut 2i is where marker i starts in the UTF-8 text, cut 2i+1 where it ends.
        _utf8 = Encoding.UTF8.GetBytes(text);
        _cuts = new int[2 * Markers.Length];
        var character = 0;
        var position = 0;
        for (var i = 0; i < Markers.Length; i++)
        {
            position += Encoding.UTF8.GetByteCount(text.AsSpan(character, Markers[i].Start - character));
            _cuts[2 * i] = position;
            position += Encoding.UTF8.GetByteCount(text.AsSpan(Markers[i].Start, Markers[i].Length));
            _cuts[2 * i + 1] = position;
            character = Markers[i].End;
        }
    }

    /// <summary>The text as it was given.</summary>
    public string Text { get; }

    /// <summary>The places where parameters may stand.</summary>
    public ImmutableArray<ParameterMarker> Markers { get; }

    /// <summary>The statements in the text; empty for just one, and where it is not certain how servers cut the text.</summary>
    public ImmutableArray<StatementSpan> Statements { get; }

    /// <summary>The whole text in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The UTF-8 text between marker <paramref name="index"/> - 1 (or the start) and marker <paramref name="index"/> (or the end).</summary>
    /// <param name="index">0 to the number of markers, both included.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> Segment(int index)
    {
        var from = index == 0 ? 0 : _cuts[2 * index - 1];
        var to = index == Markers.Length ? _utf8.Length : _cuts[2 * index];
        return _utf8.AsSpan(from, to - from);
    }

    /// <summary>The marker itself in UTF-8.</summary>
    /// <param name="index">0 to the number of markers - 1.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> Marker(int index) => _utf8.AsSpan(_cuts[2 * index], _cuts[2 * index + 1] - _cuts[2 * index]);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
