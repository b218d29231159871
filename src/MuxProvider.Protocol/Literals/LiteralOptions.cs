namespace MuxProvider.Protocol;

/// <summary>What a value's SQL literal depends on beyond the value.</summary>
/// <param name="NoBackslashEscapes">
/// Whether the session's SQL mode contains NO_BACKSLASH_ESCAPES, so that a backslash in a string is an ordinary character.
/// It must be what the server will assume when it reads the text: with the wrong mode a value can be misread, and true
/// where the server assumes false lets a value break out of its string.
/// </param>
/// <param name="GuidFormat">How a <see cref="Guid"/> is written.</param>
/// <param name="DateTimeKind">
/// <see cref="System.DateTimeKind.Utc"/> refuses values of kind Local, <see cref="System.DateTimeKind.Local"/> those of kind Utc.
/// </param>
public readonly record struct LiteralOptions(bool NoBackslashEscapes, GuidFormat GuidFormat, DateTimeKind DateTimeKind = DateTimeKind.Unspecified)
{
    /// <summary>
    /// Whether bytes are written as hexadecimal digits, twice as long, so that the text consists of characters: for those who send it as
    /// such.
    /// </summary>
    public bool BytesAsHex { get; init; }
}
