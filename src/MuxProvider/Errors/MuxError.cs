namespace MuxProvider;

/// <summary>One message that the server left behind a statement: a row of <c>SHOW WARNINGS</c>. Immutable.</summary>
public sealed class MuxError
{
    internal MuxError(string level, int code, string message)
    {
        Level = level;
        Code = code;
        Message = message;
    }

    /// <summary><c>Note</c>, <c>Warning</c> or <c>Error</c>.</summary>
    public string Level { get; }

    /// <summary>The server's number.</summary>
    public int Code { get; }

    /// <summary>The number as an enumeration; most numbers of warnings have no name there.</summary>
    public MuxErrorCode ErrorCode => (MuxErrorCode)Code;

    /// <summary>What the server says.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Level} {Code}: {Message}");
}
