namespace MuxProvider.Protocol;

/// <summary>What one packet of a reply is.</summary>
public enum ReplyPacket : byte
{
    /// <summary>OK: a result without rows.</summary>
    Ok,

    /// <summary>ERR: ends the reply.</summary>
    Error,

    /// <summary>How many columns follow: a result with rows begins.</summary>
    ColumnCount,

    /// <summary>A column definition.</summary>
    Column,

    /// <summary>EOF behind the columns (only without CLIENT_DEPRECATE_EOF).</summary>
    ColumnsEnd,

    /// <summary>A row.</summary>
    Row,

    /// <summary>EOF, or OK in its stead, behind the rows.</summary>
    RowsEnd,

    /// <summary>The server asks for a file of the client (see <see cref="LocalInfileRequest"/>); its reply goes on behind the file.</summary>
    LocalInfile,
}
