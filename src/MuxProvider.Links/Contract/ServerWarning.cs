namespace MuxProvider.Links;

/// <summary>One row of <see href="https://dev.mysql.com/doc/refman/8.4/en/show-warnings.html">SHOW WARNINGS</see>.</summary>
/// <param name="Level"><c>Note</c>, <c>Warning</c> or <c>Error</c>.</param>
/// <param name="Code">The server's number.</param>
/// <param name="Message">What the server says.</param>
public sealed record ServerWarning(string Level, int Code, string Message);
