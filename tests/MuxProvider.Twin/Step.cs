using System.Collections.Immutable;
using System.Text;

namespace MuxProvider.Twin;

/// <summary>One thing that a handle does. Immutable; both twins do the same.</summary>
/// <param name="Kind">What is asked of the connection.</param>
/// <param name="Text">The text, in which <see cref="RunNames"/> are still open.</param>
/// <param name="Group">The part of the grammar that it comes from.</param>
/// <param name="IsBlocking">Whether the caller blocks instead of awaiting.</param>
/// <param name="Parameters">The values that go with the text.</param>
internal sealed record Step(StepKind Kind, string Text, string Group, bool IsBlocking, ImmutableArray<StepParameter> Parameters)
{
    /// <summary>Whether the command is prepared first on shared links.</summary>
    public bool PreparesShared { get; init; }

    /// <summary>Whether the command is prepared first on a connection of its own.</summary>
    public bool PreparesAlone { get; init; }

    /// <summary>The step as people read it.</summary>
    /// <param name="names">What the open names stand for.</param>
    /// <returns>SQL, or what is done instead.</returns>
    public string Describe(RunNames names)
    {
        var text = new StringBuilder(Kind switch
        {
            StepKind.Reader => "",
            StepKind.ChangeDatabase => "ChangeDatabase ",
            _ => Kind.ToString() + " ",
        });
        text.Append(names.Fill(Text));
        if (!Parameters.IsEmpty)
            text.Append("   -- ").AppendJoin(", ", Parameters);
        text.Append(PreparesShared ? "   -- prepared on shared links" : "").Append(PreparesAlone ? "   -- prepared alone" : "");
        return text.Append(IsBlocking ? "   -- blocking" : "").ToString();
    }
}
