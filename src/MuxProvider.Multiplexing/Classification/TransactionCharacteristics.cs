namespace MuxProvider.Multiplexing;

/// <summary>What SET TRANSACTION says: the isolation, the access, or both.</summary>
/// <param name="Isolation">The isolation level in upper case (<c>READ COMMITTED</c>); null if it is not said.</param>
/// <param name="IsReadOnly">Whether only reading is allowed; null if it is not said.</param>
internal readonly record struct TransactionCharacteristics(string? Isolation, bool? IsReadOnly)
{
    /// <summary>The characteristics as SET TRANSACTION has them; empty for none.</summary>
    public string Clause
    {
        get
        {
            var access = IsReadOnly switch { true => "READ ONLY", false => "READ WRITE", null => "" };
            var isolation = Isolation is null ? "" : $"ISOLATION LEVEL {Isolation}";
            return isolation.Length > 0 && access.Length > 0 ? $"{isolation}, {access}" : isolation + access;
        }
    }

    /// <summary>Reads what stands behind SET TRANSACTION.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">Where it begins; it ends with the statement.</param>
    /// <param name="characteristics">What it says.</param>
    /// <returns>False if it is anything else than the grammar has.</returns>
    public static bool TryRead(in StatementTokens tokens, int from, out TransactionCharacteristics characteristics)
    {
        characteristics = default;
        for (var i = from; ; i++)
        {
            if (tokens.Is(i, "ISOLATION") && tokens.Is(i + 1, "LEVEL") && characteristics.Isolation is null)
            {
                if (ReadLevel(tokens, i + 2, out var next) is not { } level)
                    return false;
                characteristics = characteristics with { Isolation = level };
                i = next;
            }
            else if (tokens.Is(i, "READ") && tokens.IsAny(i + 1, "ONLY", "WRITE") && characteristics.IsReadOnly is null)
            {
                characteristics = characteristics with { IsReadOnly = tokens.Is(i + 1, "ONLY") };
                i += 2;
            }
            else
            {
                return false;
            }

            if (i == tokens.Count)
                return true;
            if (tokens.Kind(i) != SqlTokenKind.Comma)
                return false;
        }
    }

    /// <summary>The isolation level that a value of <c>transaction_isolation</c> names.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The level as SET TRANSACTION has it; null if the text does not say.</returns>
    public static string? Level(SettingValue value) => value.IsLiteral
        ? value.Text.ToUpperInvariant() switch
        {
            "READ-UNCOMMITTED" or "0" => "READ UNCOMMITTED",
            "READ-COMMITTED" or "1" => "READ COMMITTED",
            "REPEATABLE-READ" or "2" => "REPEATABLE READ",
            "SERIALIZABLE" or "3" => "SERIALIZABLE",
            _ => null,
        }
        : null;

    /// <summary>A level as <c>transaction_isolation</c> has it.</summary>
    /// <param name="level">The level in upper case.</param>
    /// <returns>A SQL literal.</returns>
    public static string Literal(string level) => $"'{level.Replace(' ', '-')}'";

    private static string? ReadLevel(in StatementTokens tokens, int index, out int next)
    {
        next = index + 2;
        if (tokens.Is(index, "REPEATABLE") && tokens.Is(index + 1, "READ"))
            return "REPEATABLE READ";
        if (tokens.Is(index, "READ") && tokens.Is(index + 1, "COMMITTED"))
            return "READ COMMITTED";
        if (tokens.Is(index, "READ") && tokens.Is(index + 1, "UNCOMMITTED"))
            return "READ UNCOMMITTED";
        next = index + 1;
        return tokens.Is(index, "SERIALIZABLE") ? "SERIALIZABLE" : null;
    }
}
