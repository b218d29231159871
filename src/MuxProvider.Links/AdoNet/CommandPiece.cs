using System.Data.Common;

namespace MuxProvider.Links.AdoNet;

/// <summary>One statement as an inner command is to run it. Immutable.</summary>
/// <param name="Text">The text with its values.</param>
/// <param name="Parameters">Copies of the driver's own parameters, named as the text names them; null for none.</param>
internal readonly record struct CommandPiece(string Text, DbParameter[]? Parameters);
