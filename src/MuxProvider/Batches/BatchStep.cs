namespace MuxProvider;

/// <summary>One command in a running batch.</summary>
/// <param name="Command">The command.</param>
/// <param name="Start">Where its text starts in the text of the batch.</param>
/// <param name="StatementCount">How many statements it holds.</param>
/// <param name="MayHaveManyResults">Whether its statement may answer with several results.</param>
/// <param name="UsesVariables">Whether its text pins for user variables, whatever is bound.</param>
/// <param name="Call">The routine that it calls, which counts as one statement; null for a text.</param>
internal readonly record struct BatchStep(
    MuxBatchCommand Command, int Start, int StatementCount, bool MayHaveManyResults, bool UsesVariables = false, RoutineCall? Call = null);
