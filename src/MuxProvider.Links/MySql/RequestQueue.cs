namespace MuxProvider.Links.MySql;

/// <summary>Requests in the order in which they were taken, linked through themselves. Guarded by its link.</summary>
internal struct RequestQueue
{
    private MySqlReply? _first;
    private MySqlReply? _last;

    public int Count { get; private set; }

    public readonly MySqlReply? First => _first;

    public readonly MySqlReply? Last => _last;

    public void Add(MySqlReply reply)
    {
        reply.Next = null;
        if (_last is null)
            _first = reply;
        else
            _last.Next = reply;
        _last = reply;
        Count++;
    }

    public void AddFirst(RequestQueue others)
    {
        if (others._last is not { } last)
            return;
        last.Next = _first;
        _first = others._first;
        _last ??= last;
        Count += others.Count;
    }

    public MySqlReply Take()
    {
        var reply = _first!;
        _first = reply.Next;
        if (_first is null)
            _last = null;
        reply.Next = null;
        Count--;
        return reply;
    }
}
