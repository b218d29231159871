namespace MuxProvider.Multiplexing;

/// <summary>What SET TRANSACTION has said of the next transaction, while the handle keeps it for itself. Immutable.</summary>
/// <param name="Isolation"><c>ISOLATION LEVEL …</c>, or null.</param>
/// <param name="Access"><c>READ ONLY</c> or <c>READ WRITE</c>, or null.</param>
internal readonly record struct NextTransaction(string? Isolation, string? Access)
{
    /// <summary>Whether something was said.</summary>
    public bool IsSet => Isolation is not null || Access is not null;

    /// <summary>The statement that says it.</summary>
    public string Text => $"SET TRANSACTION {(Isolation is null || Access is null ? Isolation ?? Access : $"{Isolation}, {Access}")}";

    /// <summary>The same with a further clause, which overrides what it names.</summary>
    /// <param name="clause">What stands behind SET TRANSACTION.</param>
    public NextTransaction With(string clause)
    {
        var next = this;
        foreach (var part in clause.Split(',', StringSplitOptions.TrimEntries))
            next = part.StartsWith("ISOLATION", StringComparison.Ordinal) ? next with { Isolation = part } : next with { Access = part };
        return next;
    }
}
