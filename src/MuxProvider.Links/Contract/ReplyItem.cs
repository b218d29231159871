namespace MuxProvider.Links;

/// <summary>What a reply has next.</summary>
public enum ReplyItem : byte
{
    /// <summary>A result with rows: <see cref="Reply.Columns"/> are known, <see cref="Reply.ReadRow"/> goes on.</summary>
    Rows,

    /// <summary>A result without rows: the statement is done.</summary>
    Done,

    /// <summary>The server's error: see <see cref="Reply.Error"/>. Nothing follows.</summary>
    Error,

    /// <summary>Nothing follows.</summary>
    End,
}
