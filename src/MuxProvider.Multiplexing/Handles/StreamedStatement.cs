using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A statement whose answer is read while it comes: what has to be known when it has ended. Immutable.</summary>
/// <param name="Reply">The link's reply.</param>
/// <param name="Parsed">What was said of its text.</param>
/// <param name="Traits">Its traits.</param>
/// <param name="Terms">Under which terms it runs.</param>
/// <param name="Lease">The lease on whose link it runs.</param>
/// <param name="IsPromoted">Whether it floated, so that the lease is for its answer alone.</param>
/// <param name="IsNew">Whether the lease began with it.</param>
/// <param name="Generation">The life of the handle in which it began.</param>
internal sealed record StreamedStatement(
    Reply Reply,
    ParsedStatement Parsed,
    StatementTraits Traits,
    Terms Terms,
    Lease Lease,
    bool IsPromoted,
    bool IsNew,
    int Generation);
