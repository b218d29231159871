using System.Globalization;
using System.Security.Cryptography;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>How the values of the connection string's options are read, by type.</summary>
internal static class OptionReaders
{
    /// <summary>What <see cref="Truth"/> takes.</summary>
    public const string TruthExpects = "true, false, yes or no";

    /// <summary>Any text; white space around it was given on purpose.</summary>
    public static bool Text(string text, out string value)
    {
        value = text;
        return true;
    }

    /// <summary>True, false, yes, no, 1 and 0.</summary>
    public static bool Truth(string text, out bool value)
    {
        value = Is(text, "true") || Is(text, "yes") || Is(text, "1");
        return value || Is(text, "false") || Is(text, "no") || Is(text, "0");
    }

    /// <summary>A whole number between two bounds.</summary>
    public static OptionReader<uint> Number(uint least, uint most) => (string text, out uint value) =>
        uint.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    /// <summary>What <see cref="Bytes"/> takes.</summary>
    public const string BytesExpects = "a number of bytes, or of KiB, MiB or GiB (64K, 4M, 1G)";

    /// <summary>A number of bytes; K, M and G behind it multiply by 1,024.</summary>
    public static bool Bytes(string text, out long value)
    {
        var digits = text.AsSpan().Trim();
        var shift = digits.IsEmpty ? 0 : (digits[^1] | 0x20) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        if (shift > 0)
            digits = digits[..^1].TrimEnd();
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) || value > long.MaxValue >> shift)
            return false;
        value <<= shift;
        return true;
    }

    /// <summary>Seconds to wait, or −1.</summary>
    public static bool SecondsOrMinusOne(string text, out int value) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value) && value >= -1;

    /// <summary>The name of an enumeration's member, or one of its other names.</summary>
    public static OptionReader<T> Choice<T>(params (string Name, T Value)[] otherNames)
        where T : struct, Enum => (string text, out T value) =>
    {
        foreach (var (name, other) in otherNames)
        {
            if (Is(text, name))
            {
                value = other;
                return true;
            }
        }

        return Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value);
    };

    /// <summary>A list of TLS versions in any of the usual spellings, brought to <c>TLS 1.2, TLS 1.3</c>; "" for the system's choice.</summary>
    public static bool TlsVersions(string text, out string value)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        value = "";
        foreach (var part in text.Trim('[', ']', '(', ')', ' ').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var digits = part.StartsWith("tls", StringComparison.OrdinalIgnoreCase) ? part[3..].TrimStart(' ', 'v', 'V') : part;
            switch (digits.Replace("_", ".", StringComparison.Ordinal))
            {
                case "" or "1" or "10" or "1.0":
                    names.Add("TLS 1.0");
                    break;
                case "11" or "1.1":
                    names.Add("TLS 1.1");
                    break;
                case "12" or "1.2":
                    names.Add("TLS 1.2");
                    break;
                case "13" or "1.3":
                    names.Add("TLS 1.3");
                    break;
                default:
                    return false;
            }
        }

        value = string.Join(", ", names);
        return true;
    }

    /// <summary>What <see cref="Thumbprints"/> takes.</summary>
    public const string ThumbprintsExpects = "SHA-256 thumbprints, each of 64 hexadecimal digits, separated by commas";

    /// <summary>SHA-256 thumbprints; colons and spaces between the digits are left out.</summary>
    public static bool Thumbprints(string text, out string value)
    {
        var thumbprints = new SortedSet<string>(StringComparer.Ordinal);
        value = "";
        foreach (var part in Parts(text))
        {
            var digits = string.Concat(part.Where(static letter => letter is not (':' or ' '))).ToUpperInvariant();
            if (digits.Length != 2 * SHA256.HashSizeInBytes || !digits.All(char.IsAsciiHexDigit))
                return false;
            thumbprints.Add(digits);
        }

        value = string.Join(',', thumbprints);
        return thumbprints.Count > 0;
    }

    /// <summary>What <see cref="AuthPlugins"/> takes.</summary>
    public const string AuthPluginsExpects = $"a list, separated by commas, of {AuthenticationPlugins.CachingSha2Password}, "
        + $"{AuthenticationPlugins.NativePassword}, {AuthenticationPlugins.Sha256Password} and {AuthenticationPlugins.ClearPassword}";

    /// <summary>Names of authentication plugins. One that is not known is an error: a slip must not let in less, or more, than was meant.</summary>
    public static bool AuthPlugins(string text, out string value)
    {
        var plugins = new SortedSet<string>(StringComparer.Ordinal);
        value = "";
        foreach (var part in Parts(text))
        {
            var plugin = part.ToLowerInvariant();
            if (plugin is not (AuthenticationPlugins.CachingSha2Password or AuthenticationPlugins.NativePassword
                or AuthenticationPlugins.Sha256Password or AuthenticationPlugins.ClearPassword))
                return false;
            plugins.Add(plugin);
        }

        value = string.Join(',', plugins);
        return plugins.Count > 0;
    }

    /// <summary>The parts of a list that is separated by commas.</summary>
    public static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool Is(string text, string name) => text.AsSpan().Trim().Equals(name, StringComparison.OrdinalIgnoreCase);
}
