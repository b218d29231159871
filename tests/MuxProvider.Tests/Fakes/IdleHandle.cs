using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>A handle that always gives the same one-row reply and allocates nothing, to measure the face alone.</summary>
internal sealed class IdleHandle : IHandle
{
    private readonly OneRow _reply = new();
    private readonly StatementCache _cache = new();

    public bool IsOpen { get; private set; }

    public string? Schema => null;

    public PinReasons PinReasons => PinReasons.None;

    public bool IsInTransaction => false;

    public string? LostBecause => null;

    public LinkFacts Facts => throw new NotSupportedException();

    public uint? ServerThread => null;

    public bool ListensForWarnings { get; set; }

    public ValueTask PinAsync(string note, Deadline deadline, CancellationToken cancellationToken) => default;

    public bool TryBeginLater(string characteristics, string begin) => false;

    public bool TryForgetBegin() => false;

    public ValueTask PingAsync(Deadline deadline, CancellationToken cancellationToken) => default;

    public void Unpin()
    {
    }

    public ValueTask OpenAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        IsOpen = true;
        return default;
    }

    public ParsedStatement Parse(string text) => _cache.Get(text, SqlModes.None);

    public ValueTask<ErrPacket?> PrepareAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken) => default;

    public ValueTask<Reply> ExecuteAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken) =>
        new(_reply.Restart());

    public void Cancel()
    {
    }

    public ValueTask ChangeSchemaAsync(string schema, Deadline deadline, CancellationToken cancellationToken) => default;

    public void Close() => IsOpen = false;

    private sealed class OneRow : Reply
    {
        private readonly ColumnDefinition[] _columns = [Column.Int("id")];
        private int _results;
        private int _rows;

        public override IReadOnlyList<ColumnDefinition> Columns => _columns;

        public override bool HasRows => _rows == 0;

        public OneRow Restart()
        {
            _results = 0;
            _rows = 0;
            return this;
        }

        public override bool Abandon(Abandonment reason) => false;

        public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
        {
            cell = "7"u8;
            return true;
        }

        public override ReplyItem NextResult() => _results++ == 0 ? ReplyItem.Rows : ReplyItem.End;

        public override bool ReadRow() => _rows++ == 0;

        public override bool IsNull(int ordinal) => false;

        public override ReadOnlySpan<byte> GetCell(int ordinal) => "7"u8;

        public override void Dispose()
        {
        }
    }
}
