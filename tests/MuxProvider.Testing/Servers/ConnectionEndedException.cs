namespace MuxProvider.Testing;

/// <summary>A connection of a <see cref="FakeServer"/> is over; its threads end. Never leaves the server.</summary>
internal sealed class ConnectionEndedException() : IOException("The connection of the fake server is over.");
