using System.Globalization;

namespace MuxProvider.Soak;

/// <summary>What the command line says.</summary>
internal sealed record SoakArguments
{
    public const string Usage =
        "usage: soak [--minutes N] [--workers N] [--blocked N] [--seed S] [--calm] [--options \"Name=value;…\"]     MUX_SERVER says where the server is";

    /// <summary>How long work is done.</summary>
    public TimeSpan Duration { get; private init; } = TimeSpan.FromMinutes(2);

    /// <summary>Workers that await.</summary>
    public int Workers { get; private init; } = 200;

    /// <summary>Workers whose threads block.</summary>
    public int Blocked { get; private init; } = 8;

    /// <summary>Where the random numbers begin.</summary>
    public int Seed { get; private init; } = 1;

    /// <summary>Whether nothing goes wrong.</summary>
    public bool IsCalm { get; private init; }

    /// <summary>Connection-string options besides those of the server.</summary>
    public string Options { get; private init; } = "";

    /// <summary>Reads the command line.</summary>
    /// <returns>What it says; null where it cannot be read.</returns>
    public static SoakArguments? Read(ReadOnlySpan<string> args)
    {
        var read = new SoakArguments();
        while (args.Length > 0)
        {
            if (args[0] == "--calm")
            {
                read = read with { IsCalm = true };
                args = args[1..];
                continue;
            }

            if (args.Length < 2)
                return null;
            if (args[0] == "--options")
                read = read with { Options = args[1] };
            else if (!double.TryParse(args[1], CultureInfo.InvariantCulture, out var number) || number < 0)
                return null;
            else if (args[0] == "--minutes")
                read = read with { Duration = TimeSpan.FromMinutes(number) };
            else if (args[0] == "--workers")
                read = read with { Workers = (int)number };
            else if (args[0] == "--blocked")
                read = read with { Blocked = (int)number };
            else if (args[0] == "--seed")
                read = read with { Seed = (int)number };
            else
                return null;
            args = args[2..];
        }

        return read;
    }
}
