namespace MuxProvider.Multiplexing;

/// <summary>One assignment of SET to a system variable: which one, and where the value stands.</summary>
/// <param name="Scope">The scope, as far as it is written with this assignment.</param>
/// <param name="Name">The variable in lower case, aliases resolved; empty if it is no assignment that the grammar has.</param>
/// <param name="HasSigns">Whether the variable is written with two <c>@</c>.</param>
/// <param name="From">The first token of the name.</param>
/// <param name="ValueFrom">The first token of the value.</param>
/// <param name="To">The index behind the assignment.</param>
internal readonly record struct Assignment(VariableScope Scope, string Name, bool HasSigns, int From, int ValueFrom, int To)
{
    /// <summary>Reads an assignment.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">The index behind it.</param>
    /// <returns>The assignment; without a name if it is something else.</returns>
    public static Assignment Read(in StatementTokens tokens, int from, int to)
    {
        if (tokens.Kind(from) == SqlTokenKind.SystemVariable)
        {
            var written = SystemVariableName.Read(tokens.Written(from));
            return Create(tokens, written.Scope, written.Name, hasSigns: true, from, from + 1, to);
        }

        var scope = VariableScope.None;
        var name = from;
        if (tokens.Kind(from) == SqlTokenKind.Identifier && tokens.IsName(from + 1))
        {
            scope = SystemVariableName.ScopeOf(tokens.Written(from));
            name += scope == VariableScope.None ? 0 : 1;
        }

        var end = tokens.SkipQualifiedName(name);
        return Create(tokens, scope, SqlName.OfObject(tokens, name, end), hasSigns: false, from, end, to);
    }

    private static Assignment Create(in StatementTokens tokens, VariableScope scope, string name, bool hasSigns, int from, int equals, int to)
    {
        var assigns = equals + 1 < to && (tokens.IsOperator(equals, '=') || tokens.Kind(equals) == SqlTokenKind.Assignment);
        return new Assignment(scope, assigns ? KnownSettings.Resolve(name) : "", hasSigns, from, Math.Min(equals + 1, to), to);
    }
}
