namespace MuxProvider.Links;

/// <summary>A statement that one link has prepared, or tried to. Owned by <see cref="PreparedStatements"/> and guarded like it.</summary>
/// <param name="key">What was asked to be prepared.</param>
/// <param name="parameters">How many parameters it has.</param>
internal sealed class PreparedStatement(PreparedStatementKey key, int parameters)
{
    /// <summary>What was asked to be prepared.</summary>
    public PreparedStatementKey Key { get; } = key;

    /// <summary>How many parameters it has.</summary>
    public int Parameters { get; } = parameters;

    /// <summary>How far it is.</summary>
    public PreparedState State { get; set; }

    /// <summary>The server's id, where it is ready.</summary>
    public uint Id { get; set; }

    /// <summary>How often it was refused.</summary>
    public int Refusals { get; set; }

    /// <summary>After how many more uses it is asked for again, where it was refused.</summary>
    public int UsesLeft { get; set; }
}
