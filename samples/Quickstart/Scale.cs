using System.Globalization;

namespace Quickstart;

/// <summary>How much work the demonstration does.</summary>
internal sealed record Scale(int Handles, int Operations, int Tenants, int Links)
{
    private static readonly Scale s_usual = new(Handles: 1000, Operations: 50_000, Tenants: 4, Links: 2);

    /// <summary>Reads <c>--handles N --operations N --tenants N --links N</c>.</summary>
    public static bool TryParse(string[] args, out Scale scale, out string complaint)
    {
        scale = s_usual;
        complaint = "";
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || !int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var number) || number < 1)
            {
                complaint = $"'{args[i]}' needs a number of at least 1 behind it.";
                return false;
            }

            switch (args[i])
            {
                case "--handles":
                    scale = scale with { Handles = number };
                    break;
                case "--operations":
                    scale = scale with { Operations = number };
                    break;
                case "--tenants":
                    scale = scale with { Tenants = number };
                    break;
                case "--links":
                    scale = scale with { Links = number };
                    break;
                default:
                    complaint = $"'{args[i]}' is unknown. Known are --handles, --operations, --tenants and --links.";
                    return false;
            }
        }

        return true;
    }
}
