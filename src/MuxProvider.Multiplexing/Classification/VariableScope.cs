namespace MuxProvider.Multiplexing;

/// <summary>Whose value of a system variable is meant.</summary>
internal enum VariableScope : byte
{
    /// <summary>Not said: the session's, or the next transaction's.</summary>
    None = 0,

    /// <summary><c>SESSION</c>, <c>LOCAL</c></summary>
    Session,

    /// <summary><c>GLOBAL</c>, <c>PERSIST</c>, <c>PERSIST_ONLY</c>: not the session's.</summary>
    Server,
}
