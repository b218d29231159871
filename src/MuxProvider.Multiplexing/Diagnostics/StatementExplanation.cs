namespace MuxProvider.Multiplexing;

/// <summary>Where a text runs, and why: what <see cref="Multiplexer.Explain"/> answers. Nothing is sent for it.</summary>
/// <param name="Placement">Where the text may run.</param>
/// <param name="PinReasons">What it pins.</param>
/// <param name="Token">The words of the text that decided; empty where nothing stands against floating.</param>
/// <param name="Description">One sentence for people.</param>
public sealed record StatementExplanation(Placement Placement, PinReasons PinReasons, string Token, string Description)
{
    /// <inheritdoc/>
    public override string ToString() => Description;
}
