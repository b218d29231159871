using System.Collections;
using System.Data.Common;
using System.Globalization;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>A reader of the <see cref="FakeDriver"/>. As those of real drivers it goes over results without rows.</summary>
internal sealed class FakeDbReader : DbDataReader
{
    private readonly FakeDbConnection _connection;
    private readonly IReadOnlyList<FakeResult> _results;
    private FakeDbConnection.Turn _turn;
    private IEnumerator<object?[]>? _rows;
    private object?[]? _peeked;
    private object?[]? _row;
    private int _next;
    private int _affected = -1;
    private bool _isClosed;
    private bool _hasFailed;

    public FakeDbReader(FakeDbConnection connection, IReadOnlyList<FakeResult> results, FakeDbConnection.Turn turn)
    {
        _connection = connection;
        _results = results;
        _turn = turn;
        try
        {
            NextResult();
        }
        catch
        {
            // The caller gives the turn back.
            _isClosed = true;
            throw;
        }
    }

    public override int Depth => 0;

    public override int FieldCount => Current?.Columns.Count ?? 0;

    public override bool HasRows => _peeked is not null;

    public override bool IsClosed => _isClosed;

    public override int RecordsAffected => _affected;

    private FakeResult? Current { get; set; }

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override void Close()
    {
        if (_isClosed)
            return;
        if (_hasFailed)
            _connection.Driver.ClosingFailed?.Invoke();
        _isClosed = true;
        _turn.Dispose();
    }

    public override bool NextResult()
    {
        Current = null;
        _row = null;
        while (_next < _results.Count)
        {
            var result = _results[_next++];
            if (result.Columns.Count > 0)
            {
                Current = result;
                _rows = result.Rows.GetEnumerator();
                _peeked = _rows.MoveNext() ? _rows.Current : null;
                return true;
            }

            if (result.Error is { } error)
                throw new FakeDbException(error.Code, error.SqlState, error.Message);
            _affected = Math.Max(_affected, 0) + (int)result.AffectedRows;
        }

        return false;
    }

    public override bool Read()
    {
        _connection.ThrowIfLost();
        _row = _peeked;
        if (_row is not null)
        {
            _peeked = _rows!.MoveNext() ? _rows.Current : null;
            return true;
        }

        if (Current?.Error is { } error)
        {
            _hasFailed = true;
            throw new FakeDbException(error.Code, error.SqlState, error.Message);
        }

        return false;
    }

    public override Type GetFieldType(int ordinal) => Current!.Columns[ordinal].Type switch
    {
        ColumnType.LongLong => Current.Columns[ordinal].IsUnsigned ? typeof(ulong) : typeof(long),
        ColumnType.Tiny => typeof(sbyte),
        ColumnType.NewDecimal => typeof(decimal),
        ColumnType.Double => typeof(double),
        ColumnType.Float => typeof(float),
        ColumnType.DateTime or ColumnType.Date => typeof(DateTime),
        ColumnType.Time => typeof(TimeSpan),
        ColumnType.Blob => typeof(byte[]),
        _ => typeof(string),
    };

    public override object GetValue(int ordinal)
    {
        var value = _row![ordinal];
        if (value is null)
            return DBNull.Value;
        var type = GetFieldType(ordinal);
        return type.IsInstanceOfType(value) ? value : Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
    }

    public override string GetDataTypeName(int ordinal) => ValueKinds.DataTypeName(Current!.Columns[ordinal], new CellOptions { TreatTinyAsBoolean = false });

    public override string GetName(int ordinal) => Current!.Columns[ordinal].Name;

    public override int GetOrdinal(string name) => Current!.Columns.ToList().FindIndex(column => column.Name == name);

    public override bool IsDBNull(int ordinal) => _row![ordinal] is null;

    public override int GetValues(object[] values)
    {
        for (var i = 0; i < FieldCount; i++)
            values[i] = GetValue(i);
        return FieldCount;
    }

    public override bool GetBoolean(int ordinal) => (bool)GetValue(ordinal);

    public override byte GetByte(int ordinal) => (byte)GetValue(ordinal);

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override char GetChar(int ordinal) => (char)GetValue(ordinal);

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override DateTime GetDateTime(int ordinal) => (DateTime)GetValue(ordinal);

    public override decimal GetDecimal(int ordinal) => (decimal)GetValue(ordinal);

    public override double GetDouble(int ordinal) => (double)GetValue(ordinal);

    public override float GetFloat(int ordinal) => (float)GetValue(ordinal);

    public override Guid GetGuid(int ordinal) => (Guid)GetValue(ordinal);

    public override short GetInt16(int ordinal) => (short)GetValue(ordinal);

    public override int GetInt32(int ordinal) => (int)GetValue(ordinal);

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();
}
