using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Reads replies to their end without a data reader.</summary>
internal static class Results
{
    /// <summary>Reads everything.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="owner">Who executed.</param>
    /// <returns>The rows changed; −1 where no statement changes any.</returns>
    /// <exception cref="MuxException">The server refused a statement.</exception>
    public static int Drain(Reply reply, IResultOwner owner)
    {
        var results = new ResultWalk(reply, owner);
        while (results.MoveNext())
        {
        }

        return results.RecordsAffected;
    }

    /// <summary>Reads the first cell, and then everything, so that no error is missed.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="owner">Who executed.</param>
    /// <param name="options">How cells are read.</param>
    /// <returns>The first cell of the first result with rows; null where it has no rows.</returns>
    /// <exception cref="MuxException">The server refused a statement.</exception>
    public static object? First(Reply reply, IResultOwner owner, CellOptions options)
    {
        var results = new ResultWalk(reply, owner);
        object? first = null;
        if (results.MoveNext())
        {
            try
            {
                if (reply.ReadRow())
                    first = FirstCell(reply, options);
            }
            catch (ProtocolException malformed)
            {
                throw ErrorTranslator.Malformed(malformed);
            }

            if (reply.Error is { } error)
                throw owner.OnError(error, amongRows: true);
            while (results.MoveNext())
            {
            }
        }

        return first;
    }

    /// <summary>The first cell of the current row.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="options">How cells are read.</param>
    /// <returns>The value.</returns>
    public static object FirstCell(Reply reply, CellOptions options)
    {
        var column = reply.Columns[0];
        return FieldTypes.ValueOf(new Cell(reply.GetCell(0), reply.IsNull(0), column, ValueKinds.Of(column, options), options, reply.IsBinary), options);
    }
}
