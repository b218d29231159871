namespace MuxProvider.Multiplexing;

/// <summary>One assignment of <c>SET</c> to a session variable that travels with its handle.</summary>
/// <param name="Name">
/// The variable's name in lower case, aliases resolved: <c>transaction_isolation</c> and <c>transaction_read_only</c> stand for
/// <c>tx_…</c> too; <c>SET NAMES utf8mb4 [COLLATE c]</c> is <c>collation_connection</c>.
/// </param>
/// <param name="Value">
/// The value as a SQL literal (<c>'+00:00'</c>, <c>1</c>, <c>ON</c>); null for <c>DEFAULT</c>, which is the value of a fresh session.
/// Empty where <paramref name="IsLiteral"/> is false.
/// </param>
/// <param name="IsLiteral">Whether the text alone says what the value is. Otherwise the session has to be asked afterwards.</param>
public readonly record struct SettingChange(string Name, string? Value, bool IsLiteral);
