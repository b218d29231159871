using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A text with its parameter markers and its traits. Immutable, but for how often it was used; anybody may call it at any time.</summary>
public sealed class ParsedStatement
{
    private readonly SqlModes _modes;
    private readonly bool _hasUserVariableMarkers;
    private StatementTraits? _traitsWithUserVariables;
    private StatementTraits? _traitsWithOwnVariables;
    private string? _digest;
    private int _uses;
    private Preparability? _preparability;

    internal ParsedStatement(StatementText text, SqlModes modes, StatementTraits traits, bool hasUserVariableMarkers)
    {
        Text = text;
        _modes = modes;
        Traits = traits;
        _hasUserVariableMarkers = hasUserVariableMarkers;
    }

    /// <summary>The text, cut at the places where parameters may stand.</summary>
    public StatementText Text { get; }

    /// <summary>The traits, if a parameter is bound to every <c>@name</c>.</summary>
    public StatementTraits Traits { get; }

    /// <summary>
    /// The traits, if some <c>@name</c> is left in the text as a user variable. The same as <see cref="Traits"/> when
    /// the text has no <c>@name</c> outside the bodies of routines that it defines.
    /// </summary>
    public StatementTraits TraitsWithUserVariables
    {
        get
        {
            if (!_hasUserVariableMarkers)
                return Traits;

            // Two threads may both build it; either result will do.
            return Volatile.Read(ref _traitsWithUserVariables) ?? BuildTraitsWithUserVariables();
        }
    }

    /// <summary>The traits, if every <c>@name</c> that is left in the text is a variable of its own.</summary>
    public StatementTraits TraitsWithOwnVariables => Volatile.Read(ref _traitsWithOwnVariables) ?? BuildTraitsWithOwnVariables();

    /// <summary>The shape of the text without its values, by which texts of the same kind are recognised: see <see cref="StatementDigest"/>.</summary>
    public string Digest => Volatile.Read(ref _digest) ?? BuildDigest();

    /// <summary>Whether the text may run prepared, where all its markers are bound.</summary>
    public bool IsPreparable
    {
        get
        {
            var preparability = Volatile.Read(ref _preparability);
            if (preparability is null)
                Volatile.Write(ref _preparability, preparability = Preparability.Of(Text, Traits));
            return preparability.IsPreparable;
        }
    }

    /// <summary>Counts a use of the text.</summary>
    /// <returns>How often it was used, this time included.</returns>
    internal int CountUse() => Interlocked.Increment(ref _uses);

    private string BuildDigest()
    {
        var digest = StatementDigest.Of(Text.Text, _modes);
        return Interlocked.CompareExchange(ref _digest, digest, null) ?? digest;
    }

    private StatementTraits BuildTraitsWithOwnVariables()
    {
        var traits = Traits.WithOwnVariables();
        return Interlocked.CompareExchange(ref _traitsWithOwnVariables, traits, null) ?? traits;
    }

    private StatementTraits BuildTraitsWithUserVariables()
    {
        var traits = Traits.WithUserVariables();
        return Interlocked.CompareExchange(ref _traitsWithUserVariables, traits, null) ?? traits;
    }
}
