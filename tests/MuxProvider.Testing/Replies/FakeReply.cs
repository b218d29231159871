using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// What a <see cref="FakeServer"/> or a <see cref="FakeLink"/> answers to one command. Immutable: may be given as often as
/// one likes.
/// </summary>
public sealed record FakeReply
{
    /// <summary>The results, in order.</summary>
    public IReadOnlyList<FakeResult> Results { get; init; } = [];

    /// <summary>Bytes that a server sends as they are, in place of the results; null for none.</summary>
    public byte[]? RawBytes { get; init; }

    /// <summary>Payloads that a server frames and numbers, in place of the results; null for none.</summary>
    public IReadOnlyList<byte[]>? Payloads { get; init; }

    /// <summary>Whether a server closes the connection behind the reply.</summary>
    public bool ClosesConnection { get; init; }

    /// <summary>What is added to the sequence numbers of a server's packets, from packet <see cref="SkewFrom"/> on.</summary>
    public int SkewBy { get; init; }

    /// <summary>The first packet of the reply (from 0) whose sequence number is wrong.</summary>
    public int SkewFrom { get; init; }

    /// <summary>Whether a link calls the reply a surprise whatever its evidence; a server ignores it.</summary>
    public bool IsSurprise { get; init; }

    /// <summary>The failure of a link's reply in place of an answer; a server ignores it.</summary>
    public LinkException? Failure { get; init; }

    /// <summary>What LAST_INSERT_ID() is behind the statement; null for what a link makes of its results. A server ignores it.</summary>
    public ulong? GeneratedId { get; init; }

    /// <summary>The warnings behind the statement, for who asks for them; null for none. A server ignores it.</summary>
    public IReadOnlyList<ServerWarning>? WarningList { get; init; }

    /// <summary>What a sign of life behind the statement reveals, for who asks; null for the status flags of the link. A server ignores it.</summary>
    public ReplyEvidence? StatusAfter { get; init; }

    /// <summary>Whether a link's evidence is that of a driver, which counts rows and tells nothing else; a server ignores it.</summary>
    public bool HidesWarnings { get; init; }

    /// <summary>No answer at all: the command stays unanswered.</summary>
    public static FakeReply Nothing { get; } = new();

    /// <summary>No answer: a server closes the connection instead.</summary>
    public static FakeReply Close { get; } = new() { ClosesConnection = true };

    /// <summary>Whether a fake link hands its rows over before its end, where the statement's terms allow it; a server ignores it.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether there is something to send.</summary>
    public bool IsNothing => Results.Count == 0 && RawBytes is null && Payloads is null;

    /// <summary>An OK.</summary>
    /// <param name="affected">Rows changed.</param>
    /// <param name="lastInsertId">The generated id.</param>
    /// <param name="status">The status flags; null for those of the session.</param>
    /// <param name="warnings">How many warnings.</param>
    /// <param name="message">Text for people.</param>
    /// <param name="track">What session tracking tells.</param>
    public static FakeReply Ok(
        ulong affected = 0,
        ulong lastInsertId = 0,
        ServerStatus? status = null,
        ushort warnings = 0,
        string message = "",
        SessionTrack? track = null) => Of(new FakeResult
        {
            AffectedRows = affected,
            LastInsertId = lastInsertId,
            Status = status,
            Warnings = warnings,
            Message = message,
            Track = track,
        });

    /// <summary>An ERR.</summary>
    public static FakeReply Error(ushort code, string state, string message) => Of(new FakeResult { Error = new ErrPacket(code, state, message) });

    /// <summary>Rows of text columns, or of such columns as the first value of each that is not null asks for.</summary>
    public static FakeReply Rows(string[] columns, params object?[][] rows)
    {
        var definitions = new ColumnDefinition[columns.Length];
        for (var i = 0; i < columns.Length; i++)
            definitions[i] = FakeColumn.For(columns[i], Array.Find(rows, row => row[i] is not null)?[i]);
        return Rows(definitions, rows);
    }

    /// <summary>Rows; the sequence may be lazy and long, and is enumerated anew by each sending.</summary>
    public static FakeReply Rows(IReadOnlyList<ColumnDefinition> columns, IEnumerable<object?[]> rows) =>
        Of(new FakeResult { Columns = columns, Rows = rows });

    /// <summary>One row with one cell.</summary>
    public static FakeReply Scalar(object? value, string column = "value") => Rows([column], [value]);

    /// <summary>The results of several replies as one.</summary>
    public static FakeReply Several(params FakeReply[] replies) => new() { Results = [.. replies.SelectMany(reply => reply.Results)] };

    /// <summary>Bytes as they are, packet headers included.</summary>
    public static FakeReply Raw(params byte[] bytes) => new() { RawBytes = bytes };

    /// <summary>Payloads of packets, which the server frames and numbers.</summary>
    public static FakeReply Packets(params byte[][] payloads) => new() { Payloads = payloads };

    /// <summary>No answer but a link's failure.</summary>
    public static FakeReply Fail(LinkException failure) => new() { Failure = failure };

    public static FakeReply Of(params FakeResult[] results) => new() { Results = results };

    /// <summary>The last result ends with other values (of the OK or EOF behind rows, for instance).</summary>
    public FakeReply With(Func<FakeResult, FakeResult> change) => this with { Results = [.. Results.SkipLast(1), change(Results[^1])] };

    /// <summary>The same, but in front of the first result a server asks for a file, and reads it.</summary>
    public FakeReply After(string file) => this with { Results = [Results[0] with { AsksFor = file }, .. Results.Skip(1)] };

    /// <summary>An error in place of the end of the last result's rows.</summary>
    public FakeReply ThenError(ushort code, string state, string message) =>
        With(result => result with { Error = new ErrPacket(code, state, message) });

    /// <summary>The same, and the server closes the connection behind it.</summary>
    public FakeReply ThenClose() => this with { ClosesConnection = true };

    /// <summary>The same with wrong sequence numbers.</summary>
    /// <param name="by">What is added to them: 1 skips a number, -1 repeats one.</param>
    /// <param name="from">The first wrong packet, from 0.</param>
    public FakeReply Skewed(int by, int from = 0) => this with { SkewBy = by, SkewFrom = from };

    /// <summary>The same, whose rows a link hands over before its end.</summary>
    public FakeReply AsStream() => this with { IsStream = true };

    /// <summary>The same, called a surprise by a link.</summary>
    public FakeReply AsSurprise() => this with { IsSurprise = true };
}
