namespace MuxProvider.Multiplexing;

/// <summary>Puts into words where a statement runs, and why. Pure.</summary>
internal static class Explanation
{
    /// <summary>Explains.</summary>
    /// <param name="traits">What the text says.</param>
    /// <param name="trustsRoutines">Whether routines are believed.</param>
    /// <param name="offersLocalData">Whether statements may offer local data.</param>
    public static StatementExplanation Of(StatementTraits traits, bool trustsRoutines, bool offersLocalData = false)
    {
        var plan = StatementPlan.Of(traits, new Situation { TrustsRoutines = trustsRoutines, Warnings = LastWarnings.None, OffersLocalData = offersLocalData });
        var because = traits.DecidingToken.Length == 0 ? "" : $", because of '{traits.DecidingToken}'";
        var text = plan.Kind switch
        {
            PlanKind.Reject => $"Refused: {plan.Rejection}",
            PlanKind.Local => $"Answered without the server{because}.",
            PlanKind.Float => $"Floats on a shared link{(because.Length == 0 ? ": nothing in it touches the session" : because)}.",
            _ => Leased(traits, trustsRoutines, because),
        };
        var placement = plan.Kind == PlanKind.Reject ? Placement.Reject : traits.Placement;
        return new StatementExplanation(placement, traits.PinReasons, traits.DecidingToken, text);
    }

    private static string Leased(StatementTraits traits, bool trustsRoutines, string because)
    {
        if (traits.PinReasons != PinReasons.None)
            return $"Pins its connection to a link of its own ({traits.PinReasons}){because}.";
        if (traits.CallsRoutines && !trustsRoutines)
            return $"Pins its connection to a link of its own (routines are not trusted){because}.";
        if (traits.FloatsWithCleanRoutines)
            return $"Has a link of its own while it runs{because}; it floats as soon as a run has left no trace in the session.";
        return !traits.Settings.IsEmpty
            ? $"Has a link of its own while the server has not taken these values yet, then costs nothing{because}: the settings travel with the connection."
            : $"Has a link of its own while it runs{because}.";
    }
}
