namespace MuxProvider.Multiplexing;

/// <summary>A statement was refused before anything was sent.</summary>
/// <param name="message">Why, and what to do instead.</param>
public sealed class StatementRejectedException(string message) : NotSupportedException(message);
