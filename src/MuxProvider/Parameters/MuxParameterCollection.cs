using System.Collections;
using System.Data;
using System.Data.Common;

namespace MuxProvider;

/// <summary>The parameters of a command, in order. Names ignore case and a leading <c>@</c> or <c>?</c>; none occurs twice.</summary>
/// <remarks>
/// Parameters of other providers can be added as well. They keep their identity: what comes out where a <see cref="DbParameter"/> is
/// asked for is the object that was added. Where a <see cref="MuxParameter"/> is asked for a view of it comes out, which reads and
/// writes it.
/// </remarks>
public sealed class MuxParameterCollection : DbParameterCollection, IReadOnlyList<MuxParameter>
{
    // Up to here looking through the list is as fast as a dictionary.
    private const int FewParameters = 8;

    private readonly List<MuxParameter> _parameters = [];

    // How many are views of another provider's.
    private int _foreign;

    // Where each name is; null while there are few parameters, and after changes that move them.
    private Dictionary<string, int>? _byName;

    // What the streams among the values held; only while a command executes.
    private Dictionary<MuxParameter, object>? _read;

    internal MuxParameterCollection()
    {
    }

    /// <summary>The call of a routine that is running with these parameters, and fills those for output.</summary>
    internal RoutineCall? Call { get; set; }

    /// <summary>The parameters, with views in the place of other providers'.</summary>
    internal IReadOnlyList<MuxParameter> Own => _parameters;

    /// <inheritdoc/>
    public override int Count => _parameters.Count;

    /// <inheritdoc/>
    public override object SyncRoot => ((ICollection)_parameters).SyncRoot;

    /// <summary>The parameter at a place.</summary>
    /// <param name="index">The place, from 0.</param>
    public new MuxParameter this[int index]
    {
        get => _parameters[index];
        set => SetParameter(index, value);
    }

    /// <summary>The parameter with a name.</summary>
    /// <param name="parameterName">The name.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public new MuxParameter this[string parameterName]
    {
        get => _parameters[Find(parameterName)];
        set => SetParameter(Find(parameterName), value);
    }

    /// <summary>Adds a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentException">Its name is taken, or it belongs to a command already.</exception>
    public MuxParameter Add(MuxParameter parameter)
    {
        Insert(Count, parameter);
        return parameter;
    }

    /// <summary>Adds a parameter with a value.</summary>
    /// <param name="parameterName">The name, with or without prefix.</param>
    /// <param name="value">The value; null is NULL.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public MuxParameter AddWithValue(string? parameterName, object? value) => Add(new MuxParameter(parameterName, value));

    /// <summary>Adds a parameter without value.</summary>
    /// <param name="parameterName">The name, with or without prefix.</param>
    /// <param name="dbType">The type.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public MuxParameter Add(string? parameterName, DbType dbType) => Add(new MuxParameter(parameterName, dbType));

    /// <summary>Adds a parameter without value.</summary>
    /// <param name="parameterName">The name, with or without prefix.</param>
    /// <param name="muxDbType">The server's type.</param>
    /// <param name="size">The most characters or bytes; 0 for no limit.</param>
    /// <param name="sourceColumn">The column of a <see cref="DataTable"/> that the value comes from.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public MuxParameter Add(string? parameterName, MuxDbType muxDbType, int size = 0, string? sourceColumn = null) =>
        Add(new MuxParameter(parameterName, muxDbType, size, sourceColumn));

    /// <inheritdoc/>
    public override int Add(object value)
    {
        Insert(Count, Cast(value));
        return Count - 1;
    }

    /// <inheritdoc/>
    public override void AddRange(Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var value in values)
            Add(value!);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        foreach (var parameter in _parameters)
            parameter.Collection = null;
        _parameters.Clear();
        _foreign = 0;
        _byName = null;
    }

    /// <inheritdoc/>
    public override bool Contains(object value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override bool Contains(string value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(Array array, int index)
    {
        if (_foreign == 0)
        {
            ((ICollection)_parameters).CopyTo(array, index);
            return;
        }

        ArgumentNullException.ThrowIfNull(array);
        foreach (var parameter in this)
            array.SetValue(parameter, index++);
    }

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => _foreign == 0 ? _parameters.GetEnumerator() : ForeignParameters.Originals(_parameters).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator<MuxParameter> IEnumerable<MuxParameter>.GetEnumerator() => _parameters.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(object value) => value switch
    {
        MuxParameter parameter => _parameters.IndexOf(parameter),
        DbParameter foreign when _foreign > 0 => _parameters.FindIndex(parameter => parameter.Foreign == foreign),
        _ => -1,
    };

    /// <inheritdoc/>
    public override int IndexOf(string parameterName) => parameterName is null ? -1 : IndexOfBareName(ParameterNames.Strip(parameterName));

    /// <inheritdoc/>
    public override void Insert(int index, object value) => Insert(index, Cast(value));

    /// <inheritdoc/>
    public override void Remove(object value)
    {
        var index = value is DbParameter ? IndexOf(value) : IndexOf(Cast(value));
        if (index < 0)
            throw new ArgumentException("The parameter is not in this collection.", nameof(value));
        RemoveAt(index);
    }

    /// <inheritdoc/>
    public override void RemoveAt(int index)
    {
        Leave(_parameters[index]);
        _parameters.RemoveAt(index);
        _byName = null;
    }

    /// <inheritdoc/>
    public override void RemoveAt(string parameterName) => RemoveAt(Find(parameterName));

    /// <summary>Where a name is.</summary>
    /// <param name="name">The name without prefix and quotes.</param>
    /// <returns>The place, or −1.</returns>
    internal int IndexOfBareName(string name)
    {
        if (name.Length == 0)
            return -1;
        if (_parameters.Count > FewParameters)
        {
            var index = (_byName ??= Index()).GetValueOrDefault(name, -1);

            // Nobody tells when the name of another provider's parameter changes.
            if (_foreign == 0 || (index >= 0 && ParameterNames.Comparer.Equals(_parameters[index].BareName, name)))
                return index;
        }

        for (var i = 0; i < _parameters.Count; i++)
        {
            if (ParameterNames.Comparer.Equals(_parameters[i].BareName, name))
                return i;
        }

        return -1;
    }

    /// <summary>Remembers what a stream held.</summary>
    internal void RememberRead(MuxParameter parameter, object read) => (_read ??= [])[parameter] = read;

    /// <summary>What a stream held; null where it was not read.</summary>
    internal object? FindRead(MuxParameter parameter) => _read?.GetValueOrDefault(parameter);

    /// <summary>Forgets what streams held: the next execution reads them anew.</summary>
    internal void ForgetRead() => _read = null;

    /// <summary>Called before a parameter of the collection gets another name.</summary>
    internal void OnRenaming(MuxParameter parameter, string name)
    {
        var index = IndexOfBareName(name);
        if (index >= 0 && _parameters[index] != parameter)
            throw Taken(name);
        _byName = null;
    }

    /// <inheritdoc/>
    protected override DbParameter GetParameter(int index) => ForeignParameters.Original(_parameters[index]);

    /// <inheritdoc/>
    protected override DbParameter GetParameter(string parameterName) => ForeignParameters.Original(_parameters[Find(parameterName)]);

    /// <inheritdoc/>
    protected override void SetParameter(int index, DbParameter value)
    {
        var old = _parameters[index];
        if (ForeignParameters.Original(old) == value)
            return;
        var parameter = Cast(value);
        CheckFree(parameter);
        var taken = IndexOfBareName(parameter.BareName);
        if (taken >= 0 && taken != index)
            throw Taken(parameter.BareName);
        Leave(old);
        Join(parameter);
        _parameters[index] = parameter;
        _byName = null;
    }

    /// <inheritdoc/>
    protected override void SetParameter(string parameterName, DbParameter value) => SetParameter(Find(parameterName), value);

    private static MuxParameter Cast(object? value) => value switch
    {
        MuxParameter parameter => parameter,
        DbParameter foreign => new MuxParameter(foreign),
        null => throw new ArgumentNullException(nameof(value)),
        _ => throw new InvalidCastException($"Only objects of the type {nameof(DbParameter)} can be parameters here, not {value.GetType()}."),
    };

    private static ArgumentException Taken(string name) => new($"There is a parameter '{name}' already.", nameof(name));

    private static void CheckFree(MuxParameter parameter)
    {
        if (parameter.Collection is not null)
            throw new ArgumentException($"The parameter '{parameter.ParameterName}' belongs to a command already: clone it.", nameof(parameter));
    }

    private void Insert(int index, MuxParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        CheckFree(parameter);
        if (IndexOfBareName(parameter.BareName) >= 0)
            throw Taken(parameter.BareName);
        var isLast = index == _parameters.Count;
        _parameters.Insert(index, parameter);
        Join(parameter);
        if (!isLast)
            _byName = null;
        else if (_byName is not null && parameter.BareName.Length > 0)
            _byName.Add(parameter.BareName, index);
    }

    private void Join(MuxParameter parameter)
    {
        parameter.Collection = this;
        if (parameter.Foreign is null)
            return;
        _foreign++;
        _byName = null;
    }

    private void Leave(MuxParameter parameter)
    {
        parameter.Collection = null;
        if (parameter.Foreign is not null)
            _foreign--;
    }

    private int Find(string parameterName)
    {
        var index = IndexOf(parameterName);
        return index >= 0 ? index : throw new ArgumentException($"There is no parameter '{parameterName}'.", nameof(parameterName));
    }

    private Dictionary<string, int> Index()
    {
        var index = new Dictionary<string, int>(_parameters.Count, ParameterNames.Comparer);
        for (var i = 0; i < _parameters.Count; i++)
        {
            if (_parameters[i].BareName is { Length: > 0 } name)
                index.TryAdd(name, i);
        }

        return index;
    }
}
