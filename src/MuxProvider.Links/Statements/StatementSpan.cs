namespace MuxProvider.Links;

/// <summary>Where one of several statements stands in its text.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last character: of the semicolon, or of the end.</param>
public readonly record struct StatementSpan(int Start, int End);
