using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// What is known of the settings of one link's session. Hoped for is where the last request sent will leave them; proven is
/// where the last request answered has left them. While a change is in flight the hope is no knowledge, and who follows
/// repeats what it needs. Schema and variables are counted apart. Pure bookkeeping; guarded by its link's lock.
/// </summary>
internal sealed class SessionLabel
{
    private Point _hoped = Point.Fresh;
    private Point _proven = Point.Fresh;
    private int _schemaChanges;
    private int _variableChanges;

    /// <summary>The settings that the next request finds, as far as they are hoped for; null for unknown. Read by any thread.</summary>
    public Settings? Hoped { get; private set; } = Settings.None;

    /// <summary>The variables that the next request finds; null where they are not known for sure.</summary>
    public SessionVariables? Variables => _variableChanges == 0 ? _hoped.Variables : null;

    /// <summary>The names of all variables that may differ from those of a fresh session; their values mean nothing.</summary>
    public SessionVariables Touched { get; private set; } = SessionVariables.None;

    /// <summary>Whether the request that was answered last has surely left the session with these settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>Whether they are proven.</returns>
    public bool IsProven(Settings settings) =>
        _proven.KnowsSchema
        && string.Equals(settings.Schema, _proven.Schema, StringComparison.Ordinal)
        && _proven.Variables is { } variables
        && variables.Equals(settings.Variables);

    /// <summary>What has to be sent so that the next request finds the settings.</summary>
    /// <param name="wanted">The settings.</param>
    /// <returns><see cref="PrefixParts.Variables"/> and <see cref="PrefixParts.Schema"/>.</returns>
    public PrefixParts Needs(Settings wanted)
    {
        if (_schemaChanges == 0 && _variableChanges == 0 && ReferenceEquals(wanted, Hoped))
            return PrefixParts.None;
        var needs = PrefixParts.None;
        if (_schemaChanges > 0 || !_hoped.KnowsSchema || !string.Equals(wanted.Schema, _hoped.Schema, StringComparison.Ordinal))
            needs = PrefixParts.Schema;
        if (Variables is { } known ? !known.Equals(wanted.Variables) : wanted.Variables.Count + Touched.Count > 0)
            needs |= PrefixParts.Variables;

        // Its handle will come again with the same object.
        if (needs == PrefixParts.None)
            Hoped = wanted;
        return needs;
    }

    /// <summary>A request is sent.</summary>
    /// <param name="step">What it does.</param>
    public void Sent(in SessionStep step)
    {
        if (step.ChangesVariables)
        {
            _variableChanges++;
            if (step.Settings is { } found)
                Touch(found.Variables);
            if (step.Leaves is { } left)
                Touch(left.Variables);
        }

        if (step.ChangesSchema)
            _schemaChanges++;
        if (step.Leaves is null && (step.Prefix & PrefixParts.Settings) == 0)
            return;
        Hope(After(_hoped, step, PrefixParts.None), step.Leaves ?? step.Settings);
    }

    /// <summary>A request is answered.</summary>
    /// <param name="step">What was said of it when it was sent.</param>
    /// <param name="refused">The part of its prefix that failed, so that nothing behind it ran.</param>
    /// <param name="evidence">What its own answers reveal.</param>
    public void Answered(in SessionStep step, PrefixParts refused, in ReplyEvidence evidence)
    {
        if (step.ChangesVariables)
            _variableChanges--;
        if (step.ChangesSchema)
            _schemaChanges--;
        _proven = refused != PrefixParts.None || evidence.ErrorCode == 0
            ? After(_proven, step, refused)
            : AfterError(After(_proven, step with { Leaves = null }, PrefixParts.None), step);
        if (evidence.SchemaChanged && (step.Leaves is null || evidence.ErrorCode != 0))
            _proven = _proven with { KnowsSchema = true, Schema = string.IsNullOrEmpty(evidence.Schema) ? null : evidence.Schema };
        Settle();
    }

    /// <summary>A reset is sent: it leads to the variables of a fresh session and keeps the schema.</summary>
    public void SentReset()
    {
        _variableChanges++;
        Hope(_hoped with { Variables = SessionVariables.None }, null);
    }

    /// <summary>A reset is answered. Nothing is taken on trust across it, but that a session without a schema has none.</summary>
    public void AnsweredReset()
    {
        _variableChanges--;
        _proven = new Point(_proven is { KnowsSchema: true, Schema: null }, null, SessionVariables.None);
        if (_variableChanges == 0)
            Touched = SessionVariables.None;
        Settle();
    }

    // Where a request leads that begins at a point and fails at none of its parts but the refused one.
    private static Point After(in Point point, in SessionStep step, PrefixParts refused)
    {
        var after = point;
        if ((step.Prefix & PrefixParts.Variables) != 0 && (refused & (PrefixParts.Variables | PrefixParts.GeneratedId)) == 0)
            after = after with { Variables = step.Settings!.Variables };
        if ((step.Prefix & PrefixParts.Schema) != 0 && (refused & ~(PrefixParts.Before | PrefixParts.Begin)) == 0)
            after = after with { KnowsSchema = true, Schema = step.Settings!.Schema };
        return step.Leaves is { } left && refused == PrefixParts.None ? new Point(true, left.Schema, left.Variables) : after;
    }

    // One statement that fails has changed nothing; of several nobody knows how far they came.
    private static Point AfterError(in Point point, in SessionStep step)
    {
        if (step.Leaves is null || step.IsSingleStatement)
            return point;
        return new Point(point.KnowsSchema && !step.ChangesSchema, point.Schema, null);
    }

    private void Settle()
    {
        var hoped = _hoped;
        if (_schemaChanges == 0)
            hoped = hoped with { KnowsSchema = _proven.KnowsSchema, Schema = _proven.Schema };
        if (_variableChanges == 0)
            hoped = hoped with { Variables = _proven.Variables };
        if (hoped != _hoped)
            Hope(hoped, null);
    }

    private void Hope(in Point point, Settings? same)
    {
        _hoped = point;
        if (!point.KnowsSchema || point.Variables is not { } variables)
            Hoped = null;
        else if (same is not null && point == new Point(true, same.Schema, same.Variables))
            Hoped = same;
        else
            Hoped = point == Point.Fresh ? Settings.None : new Settings(point.Schema, variables);
    }

    private void Touch(SessionVariables variables)
    {
        foreach (var (name, _) in variables.Items)
            Touched = Touched.With(name, "");
    }

    // Settings whose parts may be unknown.
    private readonly record struct Point(bool KnowsSchema, string? Schema, SessionVariables? Variables)
    {
        public static Point Fresh => new(true, null, SessionVariables.None);
    }
}
