using System.Globalization;
using System.Text;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>A reply whose results are written in the test, in the order in which they are read.</summary>
internal sealed class ScriptedReply : Reply
{
    private readonly List<Step> _steps = [];
    private int _step = -1;
    private int _row = -1;

    public bool IsDisposed { get; private set; }

    public override IReadOnlyList<ColumnDefinition> Columns => Current?.Columns ?? [];

    public override bool HasRows => Current is { } step && _row + 1 < step.Rows.Length;

    private Step? Current => _step >= 0 && _step < _steps.Count ? _steps[_step] : null;

    public ScriptedReply Rows(ColumnDefinition[] columns, params object?[][] rows)
    {
        _steps.Add(new Step(ReplyItem.Rows, columns, rows.Select(static row => row.Select(Bytes).ToArray()).ToArray(), 0, 0, null));
        return this;
    }

    /// <summary>Rows that end with the server's error.</summary>
    public ScriptedReply RowsThenError(ColumnDefinition[] columns, ErrPacket error, params object?[][] rows)
    {
        _steps.Add(new Step(ReplyItem.Rows, columns, rows.Select(static row => row.Select(Bytes).ToArray()).ToArray(), 0, 0, error));
        return this;
    }

    public ScriptedReply Done(ulong affectedRows = 0, ulong lastInsertId = 0)
    {
        _steps.Add(new Step(ReplyItem.Done, [], [], affectedRows, lastInsertId, null));
        return this;
    }

    public ScriptedReply Fails(ushort code, string message = "no", string sqlState = "HY000")
    {
        _steps.Add(new Step(ReplyItem.Error, [], [], 0, 0, new ErrPacket(code, sqlState, message)));
        return this;
    }

    /// <summary>A statement without rows that left warnings.</summary>
    public ScriptedReply DoneWithWarnings(ushort warnings)
    {
        _steps.Add(new Step(ReplyItem.Done, [], [], 0, 0, null, warnings));
        return this;
    }

    /// <summary>The messages behind the whole reply.</summary>
    public ScriptedReply Warns(params ServerWarning[] warnings)
    {
        WarningList = warnings;
        return this;
    }

    public override bool Abandon(Abandonment reason) => false;

    public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
    {
        var first = _steps is [{ Rows: [[var bytes, ..], ..] }, ..] ? bytes : null;
        cell = first;
        return first is not null;
    }

    public override ReplyItem NextResult()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (Current is { Kind: ReplyItem.Rows, Error: { } late } && Error is null)
        {
            Error = late;
            _step = _steps.Count;
            return ReplyItem.Error;
        }

        _row = -1;
        if (Error is not null || ++_step >= _steps.Count)
            return ReplyItem.End;
        var step = _steps[_step];
        AffectedRows = step.AffectedRows;
        LastInsertId = step.LastInsertId;
        Warnings = step.Warnings;
        if (step.Kind == ReplyItem.Error)
            Error = step.Error;
        return step.Kind;
    }

    public override bool ReadRow()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var step = Current!;
        if (_row + 1 < step.Rows.Length)
        {
            _row++;
            return true;
        }

        _row = step.Rows.Length;
        Error = step.Error;
        return false;
    }

    public override bool IsNull(int ordinal) => Current!.Rows[_row][ordinal] is null;

    public override ReadOnlySpan<byte> GetCell(int ordinal) => Current!.Rows[_row][ordinal];

    public override void Dispose() => IsDisposed = true;

    private static byte[]? Bytes(object? value) => value switch
    {
        null => null,
        byte[] bytes => bytes,
        _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private sealed record Step(
        ReplyItem Kind,
        ColumnDefinition[] Columns,
        byte[]?[][] Rows,
        ulong AffectedRows,
        ulong LastInsertId,
        ErrPacket? Error,
        ushort Warnings = 0);
}
