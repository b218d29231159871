namespace MuxProvider.Links.MySql;

/// <summary>A server has asked for a file, and whoever gets this is the only one who writes until it has it.</summary>
/// <param name="Reply">The reply in whose middle it asked; null for nothing asked.</param>
/// <param name="File">What it asks for.</param>
/// <param name="Sequence">The sequence number of the first packet that is sent.</param>
internal readonly record struct LocalTurn(MySqlReply? Reply, string File, byte Sequence);
