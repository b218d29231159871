namespace MuxProvider.Multiplexing;

/// <summary>What the right-hand side of an assignment is.</summary>
internal enum SettingValueKind : byte
{
    /// <summary>Something that only the server can compute.</summary>
    Expression = 0,

    /// <summary><c>DEFAULT</c></summary>
    Default,

    /// <summary>A bare word: <c>ON</c>, <c>SYSTEM</c></summary>
    Word,

    /// <summary>A number, perhaps with a sign.</summary>
    Number,

    /// <summary>A string.</summary>
    Text,
}
