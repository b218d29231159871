using System.Data.Common;

namespace MuxProvider.Testing;

/// <summary>What the fake driver throws: the server's error, or (number 0) its own.</summary>
/// <param name="number">The server's number; 0 for none.</param>
/// <param name="state">The SQLSTATE.</param>
/// <param name="message">What is said.</param>
public sealed class FakeDbException(int number, string state, string message) : DbException(message)
{
    /// <summary>The server's number; 0 for none.</summary>
    public int Number => number;

    /// <inheritdoc/>
    public override string? SqlState => state;
}
