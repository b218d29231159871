namespace MuxProvider;

/// <summary>How far a bulk copy has come.</summary>
public sealed class MuxRowsCopiedEventArgs : EventArgs
{
    internal MuxRowsCopiedEventArgs(long rowsCopied) => RowsCopied = rowsCopied;

    /// <summary>Set it to end the copy behind this row: the rows so far are kept.</summary>
    public bool Abort { get; set; }

    /// <summary>The rows that were read from the source so far.</summary>
    public long RowsCopied { get; }
}
