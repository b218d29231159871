using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <summary>
/// Reads and writes connection strings. Names of options ignore case; every option also has the names other providers
/// use for it, and is written under its canonical one.
/// </summary>
public sealed partial class MuxConnectionStringBuilder : DbConnectionStringBuilder
{
    /// <summary>Creates a builder in which every option has its default.</summary>
    public MuxConnectionStringBuilder()
    {
    }

    /// <summary>Reads a connection string.</summary>
    /// <param name="connectionString">The connection string; null and "" are the defaults.</param>
    /// <exception cref="ArgumentException">The text is malformed, names an unknown option or gives one a value it does not take.</exception>
    public MuxConnectionStringBuilder(string? connectionString) => ConnectionString = connectionString ?? "";

    /// <summary>
    /// The options that are read, for the sake of connection strings written for other providers, but change nothing
    /// today.
    /// </summary>
    public static IReadOnlyList<string> OptionsWithoutEffect { get; } =
        OptionTable.All.Where(static option => !option.HasEffect).Select(static option => option.Name).ToImmutableArray();

    /// <summary>An option's value by name; null or "" brings it back to its default.</summary>
    /// <param name="keyword">The option's name or an alias.</param>
    /// <exception cref="ArgumentException">The option is unknown, or does not take the value.</exception>
    [AllowNull]
    public override object this[string keyword]
    {
        get
        {
            var option = OptionTable.Get(keyword);
            return Given(option) ?? option.DefaultValue;
        }

        set
        {
            var option = OptionTable.Get(keyword);
            if (value is null or "")
                base.Remove(option.Name);
            else
                base[option.Name] = option.Read(value);
        }
    }

    /// <inheritdoc/>
    public override bool ContainsKey(string keyword) => OptionTable.Find(keyword) is { } option && base.ContainsKey(option.Name);

    /// <inheritdoc/>
    public override bool Remove(string keyword) => OptionTable.Find(keyword) is { } option && base.Remove(option.Name);

    /// <inheritdoc/>
    public override bool ShouldSerialize(string keyword) => OptionTable.Find(keyword) is { } option && base.ShouldSerialize(option.Name);

    /// <inheritdoc/>
    public override bool TryGetValue(string keyword, [NotNullWhen(true)] out object? value)
    {
        value = OptionTable.Find(keyword) is { } option ? Given(option) : null;
        return value is not null;
    }

    /// <summary>
    /// The text that all connection strings of the same meaning share: canonical names in a fixed order, defaults left out.
    /// </summary>
    /// <param name="withSecrets">Whether passwords are part of it.</param>
    /// <returns>The text.</returns>
    internal string ToCanonicalText(bool withSecrets = true)
    {
        var canonical = new DbConnectionStringBuilder();
        foreach (var option in OptionTable.All)
        {
            if (Given(option) is { } value
                && !value.Equals(option.DefaultValue)
                && (withSecrets || (option != OptionTable.Password && option != OptionTable.CertificatePassword)))
                canonical[option.Name] = Option.Format(value);
        }

        return canonical.ConnectionString;
    }

    /// <summary>Whether an option was given, whatever its value.</summary>
    internal bool IsGiven(Option option) => base.ContainsKey(option.Name);

    // The base class keeps every value as text.
    private object? Given(Option option) => base.TryGetValue(option.Name, out var text) ? option.Read(text) : null;

    private T Get<T>(Option<T> option)
        where T : notnull => Given(option) is { } value ? (T)value : option.Default;

    // Setting a default is remembered: it makes a difference where the default depends on the server.
    private void Set<T>(Option<T> option, T? value)
        where T : notnull => this[option.Name] = value;
}
