using System.Collections.Immutable;

namespace MuxProvider.Twin;

/// <summary>Steps that one handle makes one after the other. Others may come in between.</summary>
/// <param name="Weight">How often it is chosen, compared with the others of its group.</param>
/// <param name="Servers">Who understands it.</param>
/// <param name="Lines">The steps; see <see cref="Grammar"/> for how they are written.</param>
internal sealed record Phrase(int Weight, Servers Servers, ImmutableArray<string> Lines);
