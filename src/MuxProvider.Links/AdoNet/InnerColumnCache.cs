using System.Collections.Concurrent;
using System.Data.Common;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// Remembers how the columns of statements were described: drivers describe them at the price of a whole DataTable. A description is used
/// again where names and types are the same; what else a table's change may have changed (whether a column may be NULL, its size) is then
/// told as it was. Any thread may use it.
/// </summary>
internal sealed class InnerColumnCache
{
    private const int Most = 1024;

    private readonly ConcurrentDictionary<Key, Entry> _entries = new();

    /// <summary>The columns of the current result of a reader.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="text">The statement's text, without values.</param>
    /// <param name="schema">The default schema.</param>
    /// <param name="result">The number of the result in the reply.</param>
    /// <returns>The columns.</returns>
    public ColumnDefinition[] Describe(DbDataReader reader, string text, string? schema, int result)
    {
        var key = new Key(text, schema, result);
        if (_entries.TryGetValue(key, out var known) && known.Fits(reader))
            return known.Columns;
        var entry = Entry.Of(reader);
        if (_entries.Count >= Most)
            _entries.Clear();
        _entries[key] = entry;
        return entry.Columns;
    }

    private readonly record struct Key(string Text, string? Schema, int Result);

    private sealed record Entry(ColumnDefinition[] Columns, string[] TypeNames, Type[] Types)
    {
        public static Entry Of(DbDataReader reader)
        {
            var columns = InnerColumn.Describe(reader);
            var names = new string[columns.Length];
            var types = new Type[columns.Length];
            for (var i = 0; i < columns.Length; i++)
                (names[i], types[i]) = (reader.GetDataTypeName(i), reader.GetFieldType(i));
            return new Entry(columns, names, types);
        }

        public bool Fits(DbDataReader reader)
        {
            if (reader.FieldCount != Columns.Length)
                return false;
            for (var i = 0; i < Columns.Length; i++)
            {
                if (reader.GetName(i) != Columns[i].Name || reader.GetFieldType(i) != Types[i] || reader.GetDataTypeName(i) != TypeNames[i])
                    return false;
            }

            return true;
        }
    }
}
