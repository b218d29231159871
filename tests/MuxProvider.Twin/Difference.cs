using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MuxProvider.Twin;

/// <summary>A program that the twins answered differently, or in which a floating statement changed the session.</summary>
/// <param name="Programs">The program; before it those that have to run first on the same links.</param>
/// <param name="Shared">What the handles on shared links were answered, and what the tables held in the end.</param>
/// <param name="Alone">The same of those with connections of their own.</param>
/// <param name="Index">The first turn that was answered differently; one more than there are for the tables.</param>
/// <param name="Names">The names of the run on shared links.</param>
/// <param name="Alarms">Floating statements that were found to have changed the session.</param>
/// <param name="IsReproduced">Whether it happened again; otherwise the program is as it was made.</param>
internal sealed record Difference(ImmutableArray<TwinProgram> Programs, Answer[] Shared, Answer[] Alone, int Index, RunNames Names, long Alarms, bool IsReproduced)
{
    /// <summary>The program that was answered differently.</summary>
    public TwinProgram Program => Programs[^1];

    /// <summary>What it is about, in short.</summary>
    public string Topic => Index == None ? "leak alarms" : Index == Program.Turns.Length ? "tables" : Program.Turns[Index].Step.Group;

    /// <summary>A program with answers that do not differ, or not yet.</summary>
    public const int None = -1;

    /// <summary>The first turn whose answers count as different; <see cref="None"/> where all are the same.</summary>
    /// <param name="shared">What the handles on shared links were answered.</param>
    /// <param name="alone">What those with connections of their own were answered.</param>
    /// <returns>Its index.</returns>
    public static int Find(Answer[] shared, Answer[] alone)
    {
        for (var i = 0; i < shared.Length; i++)
        {
            if (shared[i].Text != alone[i].Text)
                return i;
        }

        return None;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"seed {Program.Seed}, {(Program.IsConcurrent ? "concurrent" : "in this order")}, {Program.Options}{(Program.HasSchema ? "" : ", no schema")}{(Program.Listens ? ", listening for warnings" : "")}{(Alarms == 0 ? "" : $", {Alarms} leak alarms")}{(IsReproduced || (Index == None && Alarms == 0) ? "" : ", NOT REPRODUCED")}");
        foreach (var before in Programs[..^1])
            Write(text.AppendLine().Append("  before it, on the same links:"), before, _ => null);
        Write(text, Program, Answers);
        if (Index == Program.Turns.Length)
            text.AppendLine().Append("  the tables in the end").Append(Answers(Index));
        return text.ToString();
    }

    private string? Answers(int index)
    {
        if (index >= Shared.Length)
            return null;
        return Shared[index].Text == Alone[index].Text
            ? $"\n        -> {Alone[index].Text}"
            : $"\n    {(index == Index ? "!!!" : "  !")} shared {Shared[index].Text}\n        alone  {Alone[index].Text}";
    }

    private void Write(StringBuilder text, TwinProgram program, Func<int, string?> answers)
    {
        for (var i = 0; i < program.Turns.Length; i++)
        {
            var (handle, step) = program.Turns[i];
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  h{handle}: {step.Describe(Names)}{answers(i)}");
        }
    }
}
