namespace MuxProvider.Twin;

/// <summary>A value that goes with a text.</summary>
/// <param name="Name">Its name, without the <c>@</c>.</param>
/// <param name="Value">The value; null for NULL.</param>
internal sealed record StepParameter(string Name, object? Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"@{Name} = {AnswerText.Of(Value)}";
}
