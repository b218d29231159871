namespace MuxProvider.Multiplexing;

/// <summary>What a handle's plan depends on besides the statement.</summary>
internal readonly record struct Situation
{
    /// <summary>Whether the handle has a lease, or takes one with its next statement because that begins a transaction.</summary>
    public bool IsLeased { get; init; }

    /// <summary>Whether its last statement ran on that lease, with nothing behind it.</summary>
    public bool IsAdjacent { get; init; }

    /// <summary>The registers of the leased session that its own statements have set.</summary>
    public SessionRegisters OwnRegisters { get; init; }

    /// <summary>Whether it took, on that lease, a value of every sequence whose last value the statement asks for.</summary>
    public bool HasOwnSequences { get; init; }

    /// <summary>Whether its LAST_INSERT_ID() is lost.</summary>
    public bool IsGeneratedIdLost { get; init; }

    /// <summary>The warnings of its last statement.</summary>
    public LastWarnings Warnings { get; init; }

    /// <summary>Whether SET TRANSACTION waits for a statement.</summary>
    public bool AwaitsTransaction { get; init; }

    /// <summary>Whether the server has taken all values that the statement sets.</summary>
    public bool AreSettingsAccepted { get; init; }

    /// <summary>Whether the schema that the statement names was never used, so that the server has to be asked.</summary>
    public bool IsSchemaNew { get; init; }

    /// <summary>What is known of the routines that the statement may run: true for harmless, false for stateful, null for nothing.</summary>
    public bool? AreRoutinesClean { get; init; }

    /// <summary>Whether routines are believed at all.</summary>
    public bool TrustsRoutines { get; init; }

    /// <summary>Whether the statement offers local data.</summary>
    public bool OffersLocalData { get; init; }

    /// <summary>Whether the statement's answers are large, and a link of its own can be had at once.</summary>
    public bool HasLargeAnswers { get; init; }

    /// <summary>Whether the statement kills a link of ours.</summary>
    public bool KillsOwnLink { get; init; }
}
