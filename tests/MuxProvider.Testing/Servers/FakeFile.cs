namespace MuxProvider.Testing;

/// <summary>A file that a <see cref="FakeServer"/> asked for and got, whole or not.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">What came.</param>
/// <param name="Packets">The lengths of its packets, without the empty one at the end.</param>
/// <param name="IsWhole">Whether its end came.</param>
public sealed record FakeFile(string Name, byte[] Content, IReadOnlyList<int> Packets, bool IsWhole);
