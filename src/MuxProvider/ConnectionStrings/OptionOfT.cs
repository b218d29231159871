namespace MuxProvider;

/// <summary>One option of the connection string with values of one type. Immutable.</summary>
/// <typeparam name="T">The type of its values.</typeparam>
internal sealed class Option<T> : Option
    where T : notnull
{
    private readonly OptionReader<T> _reader;

    public Option(string name, T defaultValue, string expects, OptionReader<T> reader, params string[] aliases)
        : base(name, defaultValue, expects, aliases)
    {
        Default = defaultValue;
        _reader = reader;
    }

    /// <summary>The value where nothing was given.</summary>
    public T Default { get; }

    /// <inheritdoc/>
    public override object Read(object value) =>
        _reader(Format(value), out var read) ? read : throw Refuse(value, nameof(value));
}
