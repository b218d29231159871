namespace MuxProvider.Links;

/// <summary>What the links of a transport have prepared since it was made. Counts.</summary>
/// <param name="Prepares">Statements that a server prepared.</param>
/// <param name="Executions">Executions of prepared statements.</param>
/// <param name="Evictions">Prepared statements that were closed to make room for others.</param>
/// <param name="Fallbacks">Statements that might have run prepared and ran as text: not prepared yet, refused, or under settings that the link had to be brought to.</param>
public readonly record struct PreparationStatistics(long Prepares, long Executions, long Evictions, long Fallbacks);
