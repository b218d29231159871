namespace MuxProvider.Links;

/// <summary>
/// A statement of the rare kind that offers local data. A type apart, so that all others carry nothing of it.
/// </summary>
/// <param name="text">The text.</param>
public sealed class LocalStatement(StatementText text) : Statement(text)
{
    /// <summary>What <c>LOCAL INFILE</c> reads; null where nothing is offered.</summary>
    public ILocalData? Data { get; init; }
}
