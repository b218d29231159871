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

    /// <summary>Takes locks that belong to the link, or gives back those of a service.</summary>
    NamedLock,

    /// <summary><c>RELEASE_LOCK</c>, <c>RELEASE_ALL_LOCKS</c>: leaves nothing where nothing is held.</summary>
    ReleasesLocks,

    /// <summary><c>IS_FREE_LOCK</c>, <c>IS_USED_LOCK</c></summary>
    LooksAtLocks,

    /// <summary><c>LAST_INSERT_ID()</c></summary>
    GeneratedId,

    /// <summary><c>ROW_COUNT()</c></summary>
    RowCount,

    /// <summary><c>FOUND_ROWS()</c></summary>
    FoundRows,

    /// <summary><c>NEXTVAL(s)</c>, <c>SETVAL(s, n)</c></summary>
    TakesSequenceValue,

    /// <summary><c>LASTVAL(s)</c></summary>
    AsksSequenceValue,

    /// <summary>Answers from another register of the session, which only the same link has.</summary>
    OtherRegister,
}
