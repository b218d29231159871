using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Sends the rows of a copy as INSERT statements with many rows each. Used by one caller.</summary>
internal sealed class BulkInsert
{
    private const long MostBytes = 1024 * 1024;

    private readonly BulkStatement _statement;
    private readonly string _table;
    private readonly MuxBulkLoaderConflictOption _conflict;
    private readonly BulkField[] _fields;
    private readonly int[] _uses;
    private readonly GuidFormat _guids;
    private readonly int _mostRows;
    private readonly long _mostBytes;
    private readonly List<object?> _values = [];
    private readonly int _valuesOfRow;
    private readonly Dictionary<int, string> _texts = [];

    /// <summary>Prepares a copy.</summary>
    public BulkInsert(BulkStatement statement, string table, MuxBulkLoaderConflictOption conflict, BulkField[] fields, GuidFormat guids, long maxAllowedPacket)
    {
        _statement = statement;
        _table = table;
        _conflict = conflict;
        _fields = fields;
        _guids = guids;
        _uses = [.. fields.Select(BulkTexts.Uses)];
        _valuesOfRow = _uses.Sum();
        _mostRows = BulkTexts.MostRowsOf(table, fields);
        _mostBytes = Math.Min(MostBytes, maxAllowedPacket / 4);
    }

    /// <summary>Sends all rows.</summary>
    public async ValueTask RunAsync(RowSource source, BulkProgress progress, CancellationToken cancellationToken)
    {
        long bytes = 0;
        var rows = 0;
        while (!progress.IsAborted && await source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var added = Add(source);
            if (rows > 0 && bytes + added > _mostBytes)
            {
                await SendAsync(rows, cancellationToken).ConfigureAwait(false);
                (rows, bytes) = (0, 0);
            }

            rows++;
            bytes += added;
            progress.Count();
            if (rows < _mostRows)
                continue;
            await SendAsync(rows, cancellationToken).ConfigureAwait(false);
            (rows, bytes) = (0, 0);
        }

        await SendAsync(rows, cancellationToken).ConfigureAwait(false);
    }

    // In parts that are powers of two, so that only a few texts are needed, whatever the sizes of the rows.
    private async ValueTask SendAsync(int rows, CancellationToken cancellationToken)
    {
        while (rows > 0)
        {
            var part = 1 << (int)Math.Log2(rows);
            if (!_texts.TryGetValue(part, out var text))
                _texts.Add(part, text = BulkTexts.Insert(_table, _conflict, _fields, part));
            await _statement.RunAsync(text, _values, null, cancellationToken).ConfigureAwait(false);
            _values.RemoveRange(0, part * _valuesOfRow);
            rows -= part;
        }
    }

    // Returns about how many bytes the row will take.
    private long Add(RowSource source)
    {
        long bytes = 0;
        for (var i = 0; i < _fields.Length; i++)
        {
            var value = Convert(source[_fields[i].Ordinal], _fields[i].Encoding);
            for (var use = 0; use < _uses[i]; use++)
            {
                _values.Add(value);
                bytes += SizeOf(value);
            }
        }

        return bytes;
    }

    private object? Convert(object? value, BulkEncoding encoding)
    {
        if (value is null or DBNull or string)
            return value;
        if (!SqlLiteral.CanWrite(value) && value is not (float[] or ReadOnlyMemory<float>))
            throw new NotSupportedException($"A value of the type {value.GetType()} cannot be sent.");
        if (!BulkBytes.TryGet(value, _guids, isForBytes: false, out var bytes))
            return value;
        return encoding switch
        {
            BulkEncoding.Variable => System.Convert.ToHexString(bytes),

            // As text, so that a column of text takes them.
            BulkEncoding.Text => System.Text.Encoding.UTF8.GetString(bytes),
            _ => bytes.ToArray(),
        };
    }

    private static long SizeOf(object? value) => value switch
    {
        string text => 3L * text.Length + 3,
        byte[] bytes => 2L * bytes.Length + 10,
        char[] text => 3L * text.Length + 3,
        _ => 40,
    };
}
