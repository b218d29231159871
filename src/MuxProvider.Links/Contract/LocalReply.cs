using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links;

/// <summary>
/// A reply that no link gave: what a higher floor answers without the server. It is answered from the start, reveals nothing
/// about any session, and is never used again, so that its disposal does nothing. Read by one consumer.
/// </summary>
public sealed class LocalReply : Reply
{
    private readonly IReadOnlyList<ColumnDefinition>? _resultColumns;
    private readonly byte[]?[][] _rows;
    private IReadOnlyList<ColumnDefinition> _columns = [];
    private bool _wasRead;
    private bool _inRows;
    private int _row = -1;

    private LocalReply(IReadOnlyList<ColumnDefinition>? columns, byte[]?[][] rows)
    {
        _resultColumns = columns;
        _rows = rows;
        Delivery = Delivery.Answered;
        Complete();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ColumnDefinition> Columns => _columns;

    /// <inheritdoc/>
    public override bool HasRows => _inRows && _row + 1 < _rows.Length;

    /// <summary>The answer of a statement that had nothing to do: no rows, no warnings.</summary>
    /// <returns>The reply.</returns>
    public static LocalReply Ok() => new(null, []);

    /// <summary>One result with rows.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows: for each column its text as the text protocol has it, or null for NULL.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns, or there are no columns.</exception>
    public static LocalReply Rows(IReadOnlyList<ColumnDefinition> columns, IReadOnlyList<string?[]> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (columns.Count == 0)
            throw new ArgumentException("A result with rows has columns.", nameof(columns));
        var cells = new byte[]?[rows.Count][];
        for (var i = 0; i < cells.Length; i++)
        {
            if (rows[i].Length != columns.Count)
                throw new ArgumentException($"Row {i} has {rows[i].Length} cells where there are {columns.Count} columns.", nameof(rows));
            cells[i] = Array.ConvertAll(rows[i], static text => text is null ? null : Encoding.UTF8.GetBytes(text));
        }

        return new LocalReply(columns, cells);
    }

    /// <inheritdoc/>
    public override bool Abandon(Abandonment reason) => false;

    /// <inheritdoc/>
    public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
    {
        cell = _rows.Length > 0 ? _rows[0][0] : default;
        return _rows.Length > 0 && _rows[0][0] is not null;
    }

    /// <inheritdoc/>
    public override ReplyItem NextResult()
    {
        _columns = [];
        _inRows = false;
        if (_wasRead)
            return ReplyItem.End;
        _wasRead = true;
        if (_resultColumns is null)
            return ReplyItem.Done;
        _columns = _resultColumns;
        _inRows = true;
        return ReplyItem.Rows;
    }

    /// <inheritdoc/>
    public override bool ReadRow()
    {
        if (!HasRows)
        {
            _inRows = false;
            return false;
        }

        _row++;
        return true;
    }

    /// <inheritdoc/>
    public override bool IsNull(int ordinal) => _rows[_row][ordinal] is null;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetCell(int ordinal) => _rows[_row][ordinal];

    /// <inheritdoc/>
    public override void Dispose()
    {
        // There is nothing to give back.
    }
}
