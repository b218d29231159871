namespace MuxProvider.Links;

/// <summary>
/// A statement of the rare kind that offers local data, or whose variables are its own affair. A type apart, so that all others carry
/// nothing of it.
/// </summary>
/// <param name="text">The text.</param>
public sealed class LocalStatement(StatementText text) : Statement(text)
{
    /// <summary>What <c>LOCAL INFILE</c> reads; null where nothing is offered.</summary>
    public ILocalData? Data { get; init; }

    /// <summary>Whether nobody will ask for the user variables of the text afterwards, so that they need not be kept.</summary>
    public bool HasPassingVariables { get; init; }
}
