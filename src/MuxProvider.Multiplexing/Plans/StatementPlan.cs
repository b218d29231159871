namespace MuxProvider.Multiplexing;

/// <summary>Decides what to do with a statement. Pure: this is the place that says what floats.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Rejection">Why it is refused, and what to do instead; null otherwise.</param>
internal readonly record struct StatementPlan(PlanKind Kind, string? Rejection = null)
{
    private const string InOneText = "ask in the same command text, or keep a link with BeginTransaction or PinAsync and ask right behind the statement";

    /// <summary>Decides.</summary>
    /// <param name="traits">What the text says.</param>
    /// <param name="now">How things are.</param>
    /// <returns>The plan.</returns>
    public static StatementPlan Of(StatementTraits traits, in Situation now)
    {
        if (traits.Placement == Placement.Reject)
            return Refuse(traits.Rejection ?? "The statement cannot be run on a shared link.");
        if (traits.LoadsLocalData && !now.OffersLocalData)
            return Refuse(NoLocalData);
        if (now.KillsOwnLink)
            return Refuse("The connection that KILL names is a link that other handles share: their statements would die with it. Cancel the command instead; to end a connection of this program, close it.");
        if (traits.LocalAnswer != LocalAnswer.None && OfLocalAnswer(traits, now) is { } local)
            return local;
        if (traits.Reads != SessionRegisters.None && OfRegisters(traits.Reads, now) is { } refusal)
            return Refuse(refusal);
        if (now.IsLeased)
            return new StatementPlan(PlanKind.Lease);
        if (IsVirtual(traits, now))
            return new StatementPlan(PlanKind.Local);
        if (now.AwaitsTransaction && traits.Settings.IsEmpty && traits.Schema is null)
            return new StatementPlan(PlanKind.Lease);
        if (traits.CallsRoutines && !traits.IsCall && now is { TrustsRoutines: true, AreRoutinesClean: true })
            return new StatementPlan(traits.FloatsWithCleanRoutines ? PlanKind.Float : PlanKind.Lease);
        if (now.HasLargeAnswers)
            return new StatementPlan(PlanKind.Lease);
        return new StatementPlan(traits.Placement == Placement.Float && now.AreRoutinesClean != false ? PlanKind.Float : PlanKind.Lease);
    }

    private static StatementPlan Refuse(string why) => new(PlanKind.Reject, why);

    // Settings that the server is known to take, and what it is told later: the handle just remembers them.
    private static bool IsVirtual(StatementTraits traits, in Situation now)
    {
        if (traits.StatementCount != 1 || traits.PinReasons != PinReasons.None)
            return false;
        return traits.NextTransaction is not null
            || (!traits.Settings.IsEmpty && now.AreSettingsAccepted)
            || (traits.Schema is not null && !now.IsSchemaNew);
    }

    private static StatementPlan? OfLocalAnswer(StatementTraits traits, in Situation now)
    {
        // The server's own memory is right where nothing came between.
        var asksServer = IsThere(traits.Reads, now);
        switch (traits.LocalAnswer)
        {
            case LocalAnswer.OkAlways:
                return new StatementPlan(PlanKind.Local);

            case LocalAnswer.OkWhenFloating when !now.IsLeased:
            case LocalAnswer.RowCount when !asksServer:
                return new StatementPlan(PlanKind.Local);

            case LocalAnswer.ShowWarnings or LocalAnswer.ShowErrors or LocalAnswer.ErrorCount when !asksServer:
                return now.Warnings.Known is null ? Refuse(NoWarnings) : new StatementPlan(PlanKind.Local);

            case LocalAnswer.WarningCount when !asksServer:
                return now.Warnings.Count is null ? Refuse(NoWarnings) : new StatementPlan(PlanKind.Local);

            default:
                return null;
        }
    }

    /// <summary>Why a local file is not read.</summary>
    internal const string NoLocalData =
        "LOAD … LOCAL INFILE reads a file of this computer, and only what was allowed is read: set Allow Load Local Infile=true in the connection string, and name the file or its folder with MuxDataSourceBuilder.AllowLocalFiles; or use MuxBulkLoader or MuxBulkCopy; or put the file on the server and leave LOCAL out.";

    /// <summary>Why warnings are not known.</summary>
    internal const string NoWarnings =
        "The warnings of the last statement were not fetched, and its link has gone on to other work. From now on this connection fetches them, as it does while somebody listens to InfoMessage; or " + InOneText + ".";

    /// <summary>Why LAST_INSERT_ID() is not known.</summary>
    internal const string NoGeneratedId =
        "LAST_INSERT_ID() was not kept for this connection, because so far nobody asked for it in a statement of its own. From now on it is kept, on every connection. For this INSERT use LastInsertedId of its command; or set Track Last Insert Id=true in the connection string, so that it is kept from the start.";

    // Whether the leased session still knows, of this handle's last statement.
    private static bool IsThere(SessionRegisters registers, in Situation now) =>
        now is { IsLeased: true, IsAdjacent: true } && (registers & ~now.OwnRegisters) == SessionRegisters.None;

    private static string? OfRegisters(SessionRegisters reads, in Situation now)
    {
        if ((reads & SessionRegisters.GeneratedId) != 0 && now.IsGeneratedIdLost)
            return NoGeneratedId;
        if ((reads & SessionRegisters.SequenceValue) != 0 && !now.HasOwnSequences)
            return $"PREVIOUS VALUE FOR and LASTVAL tell of the session that took the last value, which ran on a shared link. Take the value from NEXT VALUE FOR itself, {InOneText}.";
        if (IsThere(reads & ~(SessionRegisters.GeneratedId | SessionRegisters.SequenceValue | SessionRegisters.Other), now))
            return null;
        if ((reads & SessionRegisters.Diagnostics) != 0)
            return $"Diagnostics tell of the statement before, whose link has gone on to other work: {InOneText}.";
        if ((reads & SessionRegisters.FoundRows) != 0)
            return $"FOUND_ROWS() tells of the statement before, whose link has gone on to other work. Use SQL_CALC_FOUND_ROWS in that statement (it keeps the link), count with COUNT(*), or {InOneText}.";
        if ((reads & SessionRegisters.RowCount) != 0)
            return $"ROW_COUNT() inside an expression tells of the statement before, whose link has gone on to other work. Ask for SELECT ROW_COUNT() alone, use the result of ExecuteNonQuery, or {InOneText}.";
        return null;
    }
}
