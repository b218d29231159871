using System.Collections.Immutable;

namespace MuxProvider.Twin;

/// <summary>Phrases about the same sort of session state. A program dwells on a few groups, so that its handles meet there.</summary>
/// <param name="Name">The name, which differences are counted by.</param>
/// <param name="Weight">How often it is chosen, compared with the others.</param>
/// <param name="IsJoint">Whether the handles meet in common rows, so that only one order of all steps has one answer.</param>
/// <param name="Phrases">The phrases.</param>
internal sealed record PhraseGroup(string Name, int Weight, bool IsJoint, ImmutableArray<Phrase> Phrases);
