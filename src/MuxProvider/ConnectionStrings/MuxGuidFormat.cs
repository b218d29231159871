namespace MuxProvider;

/// <summary>In which columns a <see cref="Guid"/> is stored, and how.</summary>
public enum MuxGuidFormat
{
    /// <summary>As <see cref="Char36"/>.</summary>
    Default = 0,

    /// <summary>No column holds a Guid.</summary>
    None = 1,

    /// <summary><c>CHAR(36)</c>, with hyphens.</summary>
    Char36 = 2,

    /// <summary><c>CHAR(32)</c>, without hyphens.</summary>
    Char32 = 3,

    /// <summary><c>BINARY(16)</c>, bytes in the order of the text.</summary>
    Binary16 = 4,

    /// <summary><c>BINARY(16)</c>, time parts swapped as by <c>UUID_TO_BIN(x, 1)</c>.</summary>
    TimeSwapBinary16 = 5,

    /// <summary><c>BINARY(16)</c>, as <see cref="Guid.ToByteArray()"/> has it.</summary>
    LittleEndianBinary16 = 6,
}
