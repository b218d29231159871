using System.Collections.Immutable;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>What <see cref="StatementParser"/> found in a text by reading its version comments in one way.</summary>
/// <param name="Traits">The traits, if a parameter is bound to every <c>@name</c>.</param>
/// <param name="Markers">Where parameters may stand.</param>
/// <param name="Statements">Where the statements stand; empty for just one, and where that is not certain.</param>
/// <param name="HasUserVariables">Whether an <c>@name</c> was found that counts as a user variable if no parameter is bound to it.</param>
/// <param name="HasVersionComment">Whether other ways to read the text may lead to other traits.</param>
/// <param name="IsDoubtful">Whether servers may cut the text otherwise, whatever they do with version comments.</param>
/// <param name="UnterminatedFrom">Where that begins which does not end; -1 if everything does.</param>
internal sealed record TextReading(
    StatementTraits Traits,
    ImmutableArray<ParameterMarker> Markers,
    ImmutableArray<StatementSpan> Statements,
    bool HasUserVariables,
    bool HasVersionComment,
    bool IsDoubtful,
    int UnterminatedFrom)
{
    /// <summary>Whether a server that reads the text in this way surely finds that something in it does not end.</summary>
    public bool IsRefused => UnterminatedFrom >= 0 && !IsDoubtful;

    /// <summary>Whether another reading finds as many statements, and the same to be open at the end.</summary>
    public bool IsCutLike(TextReading other) =>
        Traits.StatementCount == other.Traits.StatementCount && UnterminatedFrom >= 0 == other.UnterminatedFrom >= 0;

    /// <summary>The traits, where parameters are bound to the markers of another reading only.</summary>
    /// <param name="actual">The reading whose markers count.</param>
    public StatementTraits TraitsBehind(TextReading actual)
    {
        if (!HasUserVariables)
            return Traits;

        // Both lists are in the order of the text.
        var bound = 0;
        foreach (var marker in Markers)
        {
            while (bound < actual.Markers.Length && actual.Markers[bound].Start < marker.Start)
                bound++;
            if (marker.IsAt && (bound == actual.Markers.Length || actual.Markers[bound] != marker))
                return Traits.WithUserVariables();
        }

        return Traits;
    }
}
