namespace MuxProvider.Twin;

/// <summary>What a step was answered, as text: values with their CLR types, counts, ids, errors, the schema afterwards.</summary>
/// <param name="Text">The text, without anything that differs between the runs.</param>
/// <param name="IsRejected">Whether the statement was refused before anything was sent.</param>
internal sealed record Answer(string Text, bool IsRejected);
