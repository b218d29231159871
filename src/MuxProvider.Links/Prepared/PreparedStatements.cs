using MuxProvider.Protocol;

namespace MuxProvider.Links;

/// <summary>
/// Which statements are prepared on one link: an id means something on its link only. When there are too many, the one that was not
/// used for longest goes. What the server refuses runs as text, and is asked for again ever more seldom. Pure bookkeeping; guarded
/// by its link's lock.
/// </summary>
/// <param name="most">How many a link may keep; 0 for none at all.</param>
/// <param name="counters">Counts what happens.</param>
internal sealed class PreparedStatements(int most, PreparationCounters counters)
{
    // So many uses after a refusal the server is asked again; each refusal of the same text doubles it.
    private const int FirstPause = 16;
    private const int MostDoublings = 12;

    private readonly Dictionary<PreparedStatementKey, LinkedListNode<PreparedStatement>> _byKey = [];

    // The one used last comes first.
    private readonly LinkedList<PreparedStatement> _byUse = new();

    /// <summary>How many there are, refused ones included.</summary>
    public int Count => _byKey.Count;

    /// <summary>Whether statements are prepared at all.</summary>
    public bool IsEnabled => most > 0;

    /// <summary>Decides how a statement runs, which counts as a use.</summary>
    /// <param name="key">The statement.</param>
    /// <param name="parameters">How many parameters it has.</param>
    /// <param name="statement">The statement on this link; null where it is not known and is not to be asked for.</param>
    /// <param name="evicted">The id of a statement that had to make room, to be closed on the server.</param>
    /// <returns>What to do. Where it is <see cref="PreparedUse.Prepare"/>, the server has to be asked, or <see cref="Withdraw"/> be called.</returns>
    public PreparedUse Use(in PreparedStatementKey key, int parameters, out PreparedStatement? statement, out uint? evicted)
    {
        evicted = null;
        if (Find(key) is not { } found)
        {
            statement = Ask(key, parameters, out evicted);
            return PreparedUse.Prepare;
        }

        statement = found;
        switch (found.State)
        {
            case PreparedState.Ready:
                return PreparedUse.Execute;
            case PreparedState.Refused when --found.UsesLeft <= 0:
                found.State = PreparedState.Asked;
                return PreparedUse.Prepare;
            default:
                return PreparedUse.Text;
        }
    }

    /// <summary>The statement as somebody wants it prepared now, whatever was refused before.</summary>
    /// <param name="key">The statement.</param>
    /// <param name="parameters">How many parameters it has.</param>
    /// <param name="evicted">The id of a statement that had to make room, to be closed on the server.</param>
    /// <returns>The statement; the server has to be asked unless it is ready.</returns>
    public PreparedStatement Want(in PreparedStatementKey key, int parameters, out uint? evicted)
    {
        evicted = null;
        return Find(key) ?? Ask(key, parameters, out evicted);
    }

    /// <summary>The server answered.</summary>
    /// <param name="statement">What it was asked to prepare.</param>
    /// <param name="ok">Its answer; null where it refused.</param>
    /// <param name="isTrusted">Whether the session had the settings of the key when it prepared.</param>
    /// <returns>An id that nobody uses, to be closed; null for none.</returns>
    public uint? Answered(PreparedStatement statement, PreparedOk? ok, bool isTrusted)
    {
        switch (statement.State)
        {
            // A reset has freed the id, or will: it was sent behind the question.
            case PreparedState.Lost:
                return null;

            case PreparedState.Evicted or PreparedState.Ready:
                return ok?.Id;
        }

        if (!isTrusted)
        {
            Remove(statement, PreparedState.Evicted);
            return ok?.Id;
        }

        // What the parser warns of, executing does not say again: that text runs as text, each time with its warnings.
        if (ok is { Warnings: 0 } prepared && prepared.Parameters == statement.Parameters)
        {
            counters.Prepared();
            statement.Id = prepared.Id;
            statement.State = PreparedState.Ready;
            return null;
        }

        statement.State = PreparedState.Refused;
        statement.UsesLeft = FirstPause << Math.Min(statement.Refusals++, MostDoublings);
        return ok?.Id;
    }

    /// <summary>The question was not sent after all.</summary>
    /// <param name="statement">What was to be prepared.</param>
    public void Withdraw(PreparedStatement statement)
    {
        if (statement.State == PreparedState.Asked)
            Remove(statement, PreparedState.Evicted);
    }

    /// <summary>The server says that it does not have the statement any more, or cannot execute it any more.</summary>
    /// <param name="statement">The statement.</param>
    /// <returns>The id, which may be closed; null where that is done.</returns>
    public uint? Lose(PreparedStatement statement)
    {
        if (statement.State != PreparedState.Ready)
            return null;
        Remove(statement, PreparedState.Lost);
        return statement.Id;
    }

    /// <summary>The session is about to be reset, which closes all of them.</summary>
    public void Clear()
    {
        foreach (var statement in _byUse)
            statement.State = PreparedState.Lost;
        _byKey.Clear();
        _byUse.Clear();
    }

    private PreparedStatement? Find(in PreparedStatementKey key)
    {
        if (!_byKey.TryGetValue(key, out var node))
            return null;
        if (node != _byUse.First)
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }

        return node.Value;
    }

    private PreparedStatement Ask(in PreparedStatementKey key, int parameters, out uint? evicted)
    {
        evicted = null;
        if (_byKey.Count >= most)
        {
            var oldest = _byUse.Last!.Value;
            evicted = oldest.State == PreparedState.Ready ? oldest.Id : null;
            Remove(oldest, PreparedState.Evicted);
            counters.Evicted();
        }

        var statement = new PreparedStatement(key, parameters);
        _byKey.Add(key, _byUse.AddFirst(statement));
        return statement;
    }

    private void Remove(PreparedStatement statement, PreparedState state)
    {
        statement.State = state;
        if (_byKey.TryGetValue(statement.Key, out var node) && node.Value == statement)
        {
            _byKey.Remove(statement.Key);
            _byUse.Remove(node);
        }
    }
}
