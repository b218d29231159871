namespace MuxProvider.Multiplexing;

/// <summary>A statement whose only select item is a call about named locks, so that its answer tells how many are held.</summary>
public enum NamedLockCall : byte
{
    /// <summary>It is no such statement.</summary>
    None = 0,

    /// <summary><c>SELECT GET_LOCK(…)</c>: 1 is one lock more.</summary>
    Get,

    /// <summary><c>SELECT RELEASE_LOCK(…)</c>: 1 is one lock less.</summary>
    Release,

    /// <summary><c>SELECT RELEASE_ALL_LOCKS()</c>: none is left.</summary>
    ReleaseAll,
}
