using System.Collections.Immutable;
using System.Globalization;

namespace MuxProvider;

/// <summary>One option of the connection string: its names, its default and the values it takes. Immutable.</summary>
internal abstract class Option
{
    protected Option(string name, object defaultValue, string expects, string[] aliases)
    {
        Name = name;
        DefaultValue = defaultValue;
        Expects = expects;
        Aliases = [.. aliases];
    }

    /// <summary>The canonical name.</summary>
    public string Name { get; }

    /// <summary>The other names.</summary>
    public ImmutableArray<string> Aliases { get; }

    /// <summary>The value where nothing was given.</summary>
    public object DefaultValue { get; }

    /// <summary>What the option takes, for people.</summary>
    public string Expects { get; }

    /// <summary>Whether the option changes anything today.</summary>
    public bool HasEffect { get; init; } = true;

    /// <summary>Reads a value.</summary>
    /// <param name="value">A text, or a value of the option's type.</param>
    /// <returns>The value in the option's type.</returns>
    /// <exception cref="ArgumentException">The option does not take the value.</exception>
    public abstract object Read(object value);

    /// <summary>The value as it stands in a connection string.</summary>
    public static string Format(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    protected ArgumentException Refuse(object value, string keyword) =>
        new($"The connection-string option '{Name}' cannot be '{value}': it takes {Expects}.", keyword);
}
