using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>One result of a <see cref="FakeReply"/>: rows, or an OK, or an error. Immutable.</summary>
public sealed record FakeResult
{
    /// <summary>The columns; empty for a result without rows.</summary>
    public IReadOnlyList<ColumnDefinition> Columns { get; init; } = [];

    /// <summary>The rows; enumerated anew by each reading.</summary>
    public IEnumerable<object?[]> Rows { get; init; } = [];

    public ulong AffectedRows { get; init; }

    public ulong LastInsertId { get; init; }

    /// <summary>The status flags; null for those of the session.</summary>
    public ServerStatus? Status { get; init; }

    public ushort Warnings { get; init; }

    public string Message { get; init; } = "";

    /// <summary>What session tracking tells; null for nothing.</summary>
    public SessionTrack? Track { get; init; }

    /// <summary>The file that a server asks for, and reads, before it gives the result; null for none. A link ignores it.</summary>
    public string? AsksFor { get; init; }

    /// <summary>The error that stands in place of the result or, where there are columns, of its end.</summary>
    public ErrPacket? Error { get; init; }
}
