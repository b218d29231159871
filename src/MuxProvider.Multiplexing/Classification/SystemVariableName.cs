namespace MuxProvider.Multiplexing;

/// <summary>The name of a system variable and the scope that is written with it.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Name">The name in lower case, without quotes; empty when there is none.</param>
internal readonly record struct SystemVariableName(VariableScope Scope, string Name)
{
    /// <summary>Reads <c>@@name</c> and <c>@@scope.name</c>.</summary>
    /// <param name="written">The variable with its two <c>@</c>.</param>
    /// <returns>What it names.</returns>
    public static SystemVariableName Read(ReadOnlySpan<char> written)
    {
        var name = written[2..];
        var dot = name.IndexOf('.');
        var scope = dot < 0 ? VariableScope.None : ScopeOf(name[..dot]);
        if (scope != VariableScope.None)
            name = name[(dot + 1)..];

        // A quote inside is no name that we know.
        return new SystemVariableName(scope, name.Trim('`').Trim('"').ToString().ToLowerInvariant());
    }

    /// <summary>What a word says of the scope.</summary>
    /// <param name="word">The word, in any case.</param>
    /// <returns>The scope; none if it is another word.</returns>
    public static VariableScope ScopeOf(ReadOnlySpan<char> word)
    {
        if (Is(word, "SESSION") || Is(word, "LOCAL"))
            return VariableScope.Session;
        return Is(word, "GLOBAL") || Is(word, "PERSIST") || Is(word, "PERSIST_ONLY") ? VariableScope.Server : VariableScope.None;
    }

    private static bool Is(ReadOnlySpan<char> word, string keyword) => System.Text.Ascii.EqualsIgnoreCase(word, keyword);
}
