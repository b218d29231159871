using System.Data;
using System.Text;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>The commands of a batch as one text.</summary>
internal static class BatchText
{
    // On a line of its own, so that a comment at the end of a command cannot swallow it.
    private const string Separator = "\n;";

    /// <summary>Checks that there are commands, and that all have a text.</summary>
    /// <param name="commands">The commands.</param>
    /// <exception cref="InvalidOperationException">It is not so.</exception>
    public static void Check(MuxBatchCommandCollection commands)
    {
        if (commands.Count == 0)
            throw new InvalidOperationException("The batch has no commands.");
        for (var i = 0; i < commands.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(commands[i].CommandText))
                throw new InvalidOperationException($"Command {i} of the batch has no text.");
        }
    }

    /// <summary>Joins the commands.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="handle">Who cuts texts into statements.</param>
    /// <param name="calls">The routine that each command calls; null for none at all.</param>
    /// <param name="steps">Where each command is.</param>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidOperationException">There are no commands, or one has no text or does not end.</exception>
    public static ParsedStatement Join(MuxBatchCommandCollection commands, IHandle handle, RoutineCall?[]? calls, out BatchStep[] steps)
    {
        Check(commands);
        steps = new BatchStep[commands.Count];
        var joined = new StringBuilder();
        var statements = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            var command = commands[i];
            var call = calls?[i];

            // A statement that ends with ';' would be followed by an empty one.
            var text = call?.Text ?? TextOf(command).TrimEnd(' ', '\t', '\r', '\n', ';');
            var parsed = handle.Parse(text);
            if (parsed.Traits.ConsistsOfNothing)
                throw new InvalidOperationException($"Command {i} of the batch has no statement.");
            if (i > 0)
                joined.Append(Separator);
            steps[i] = new BatchStep(
                command,
                joined.Length,
                call is null ? parsed.Traits.StatementCount : 1,
                StatementNature.MayHaveManyResults(parsed),
                call is null && (parsed.Traits.PinReasons & PinReasons.UserVariable) != 0,
                call);
            statements += parsed.Traits.StatementCount;
            joined.Append(text);
        }

        var whole = handle.Parse(joined.ToString());
        if (whole.Traits.StatementCount != statements)
            throw new InvalidOperationException("A command of the batch ends within a comment or a string, which would swallow the commands behind it.");
        return whole;
    }

    /// <summary>Binds every command's markers to its own parameters.</summary>
    /// <param name="statement">The statement, reset to the text of the batch.</param>
    /// <param name="steps">Where each command is.</param>
    /// <param name="settings">Says whether an <c>@name</c> without parameter is a user variable, and what links take as it is.</param>
    /// <exception cref="MuxException">A marker has no parameter.</exception>
    public static void Bind(Statement statement, BatchStep[] steps, DataSourceSettings settings)
    {
        var markers = statement.Text.Markers;
        var variablesAreOwn = !Array.Exists(steps, static step => step.UsesVariables);
        var first = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            var end = first;
            while (end < markers.Length && (i == steps.Length - 1 || markers[end].Start < steps[i + 1].Start))
                end++;
            try
            {
                if (steps[i].Call is { } call)
                    call.Bind(statement, first, end, variablesAreOwn);
                else
                    ParameterBinder.Bind(statement, first, end, steps[i].Command.ParametersOrNull, settings);
            }
            catch (MuxException error)
            {
                error.FailedBatchCommand = steps[i].Command;
                throw;
            }

            first = end;
        }
    }

    private static string TextOf(MuxBatchCommand command) => command.CommandType == CommandType.TableDirect
        ? $"SELECT * FROM {RoutineName.Parse(command.CommandText, "table").Sql}"
        : command.CommandText;
}
