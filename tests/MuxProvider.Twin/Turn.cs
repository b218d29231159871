namespace MuxProvider.Twin;

/// <summary>It is a handle's turn.</summary>
/// <param name="Handle">The handle, from 0.</param>
/// <param name="Step">What it does.</param>
internal sealed record Turn(int Handle, Step Step);
