using System.Data.Common;

namespace MuxProvider;

/// <summary>The commands of a batch, in order.</summary>
public sealed class MuxBatchCommandCollection : DbBatchCommandCollection, IReadOnlyList<MuxBatchCommand>
{
    private readonly List<MuxBatchCommand> _commands = [];

    internal MuxBatchCommandCollection()
    {
    }

    /// <inheritdoc/>
    public override int Count => _commands.Count;

    /// <inheritdoc/>
    public override bool IsReadOnly => false;

    /// <summary>The command at a place.</summary>
    /// <param name="index">The place, from 0.</param>
    public new MuxBatchCommand this[int index]
    {
        get => _commands[index];
        set => _commands[index] = Cast(value);
    }

    /// <inheritdoc/>
    public override void Add(DbBatchCommand item) => _commands.Add(Cast(item));

    /// <inheritdoc/>
    public override void Clear() => _commands.Clear();

    /// <inheritdoc/>
    public override bool Contains(DbBatchCommand item) => IndexOf(item) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(DbBatchCommand[] array, int arrayIndex)
    {
        ArgumentNullException.ThrowIfNull(array);
        for (var i = 0; i < _commands.Count; i++)
            array[arrayIndex + i] = _commands[i];
    }

    /// <inheritdoc/>
    public override IEnumerator<DbBatchCommand> GetEnumerator() => _commands.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator<MuxBatchCommand> IEnumerable<MuxBatchCommand>.GetEnumerator() => _commands.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(DbBatchCommand item) => item is MuxBatchCommand command ? _commands.IndexOf(command) : -1;

    /// <inheritdoc/>
    public override void Insert(int index, DbBatchCommand item) => _commands.Insert(index, Cast(item));

    /// <inheritdoc/>
    public override bool Remove(DbBatchCommand item) => item is MuxBatchCommand command && _commands.Remove(command);

    /// <inheritdoc/>
    public override void RemoveAt(int index) => _commands.RemoveAt(index);

    /// <inheritdoc/>
    protected override DbBatchCommand GetBatchCommand(int index) => _commands[index];

    /// <inheritdoc/>
    protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => _commands[index] = Cast(batchCommand);

    private static MuxBatchCommand Cast(DbBatchCommand? item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Casts.To<MuxBatchCommand>(item)!;
    }
}
