namespace MuxProvider.Multiplexing;

/// <summary>What a call of a function does to the session, as far as its name tells.</summary>
internal enum FunctionEffect
{
    /// <summary>Not a built-in function that we know: it may be a stored function.</summary>
    Unknown = 0,

    /// <summary>Neither reads nor leaves session state.</summary>
    Harmless,

    /// <summary>
    /// Harmless when its name touches the parenthesis or <c>IGNORE_SPACE</c> is set; otherwise the server looks for a
    /// stored function of that name.
    /// </summary>
    HarmlessWhenAdjacent,

    /// <summary>Leaves no state but may take its time.</summary>
    Blocking,

    /// <summary>Takes, gives back or looks at locks that belong to the link.</summary>
    NamedLock,

    /// <summary><c>LAST_INSERT_ID()</c></summary>
    GeneratedId,

    /// <summary><c>ROW_COUNT()</c></summary>
    RowCount,

    /// <summary>Answers from, or writes to, another register of the session.</summary>
    LastStatement,
}
