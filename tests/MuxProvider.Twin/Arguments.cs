using System.Globalization;

namespace MuxProvider.Twin;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    /// <summary>How to call the tool.</summary>
    public const string Usage = "usage: twin [--programs N] [--seed S] [--minutes M] [--concurrent | --sequential] [--stages N] [--kept N] [--without GROUP,GROUP] [--self] [--provider mysqldata|self] [--show]     (MUX_SERVER names the server)";

    /// <summary>How many programs.</summary>
    public int Programs { get; init; } = 1000;

    /// <summary>The first seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long; null for no limit.</summary>
    public double? Minutes { get; init; }

    /// <summary>Whether handles run at once; null for every other program.</summary>
    public bool? IsConcurrent { get; init; }

    /// <summary>How many programs at once.</summary>
    public int Stages { get; init; } = 4;

    /// <summary>How many differences are shown.</summary>
    public int Kept { get; init; } = 10;

    /// <summary>The groups of the grammar that are left out.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();

    /// <summary>Whether both twins have connections of their own.</summary>
    public bool IsSelfTest { get; init; }

    /// <summary>The provider that the links of both twins run over; null for links of our own.</summary>
    public string? Provider { get; init; } = Underneath.Name;

    /// <summary>Whether every program is shown with its answers.</summary>
    public bool Shows { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <param name="words">The words.</param>
    /// <returns>What they ask for; null where they make no sense.</returns>
    public static Arguments? Read(ReadOnlySpan<string> words)
    {
        var arguments = new Arguments();
        while (!words.IsEmpty)
        {
            var value = words.Length > 1 && double.TryParse(words[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : (double?)null;
            switch (words[0], value)
            {
                case ("--programs", { } n):
                    arguments = arguments with { Programs = (int)n };
                    break;
                case ("--seed", { } n):
                    arguments = arguments with { Seed = (int)n };
                    break;
                case ("--minutes", { } n):
                    arguments = arguments with { Minutes = n, Programs = arguments.Programs == new Arguments().Programs ? int.MaxValue : arguments.Programs };
                    break;
                case ("--stages", { } n):
                    arguments = arguments with { Stages = (int)n };
                    break;
                case ("--kept", { } n):
                    arguments = arguments with { Kept = (int)n };
                    break;
                case ("--without", _) when words.Length > 1:
                    (arguments, value) = (arguments with { Without = words[1].Split(',').ToHashSet() }, 0);
                    break;
                case ("--provider", _) when words.Length > 1 && Underneath.IsKnown(words[1]):
                    (arguments, value) = (arguments with { Provider = words[1] }, 0);
                    break;
                case ("--concurrent", _):
                    (arguments, value) = (arguments with { IsConcurrent = true }, null);
                    break;
                case ("--sequential", _):
                    (arguments, value) = (arguments with { IsConcurrent = false }, null);
                    break;
                case ("--self", _):
                    (arguments, value) = (arguments with { IsSelfTest = true }, null);
                    break;
                case ("--show", _):
                    (arguments, value) = (arguments with { Shows = true }, null);
                    break;
                default:
                    return null;
            }

            words = words[(value is null ? 1 : 2)..];
        }

        return arguments;
    }
}
