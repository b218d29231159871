namespace MuxProvider.Protocol;

/// <summary>Which columns hold a <see cref="Guid"/>, and how a <see cref="Guid"/> is written into SQL text.</summary>
public enum GuidFormat : byte
{
    /// <summary>The same as <see cref="Char36"/>.</summary>
    Default,

    /// <summary>No column is read as a Guid. A Guid is written as for <see cref="Char36"/>.</summary>
    None,

    /// <summary>CHAR(36), with hyphens.</summary>
    Char36,

    /// <summary>CHAR(32), without hyphens.</summary>
    Char32,

    /// <summary>BINARY(16) in the order of the digits, as MySQL's <c>UUID_TO_BIN(x)</c>.</summary>
    Binary16,

    /// <summary>BINARY(16) with the first and third group exchanged, as MySQL's <c>UUID_TO_BIN(x, 1)</c>.</summary>
    TimeSwapBinary16,

    /// <summary>BINARY(16) in the order of <see cref="Guid.ToByteArray()"/>.</summary>
    LittleEndianBinary16,
}
