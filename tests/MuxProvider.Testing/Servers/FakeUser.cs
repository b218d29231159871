namespace MuxProvider.Testing;

/// <summary>A user of a <see cref="FakeServer"/>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Password">The password; "" for none.</param>
/// <param name="Plugin">The authentication plugin; null for the server's default.</param>
public sealed record FakeUser(string Name, string Password, string? Plugin = null)
{
    /// <summary>Whether the server asks for another plugin (with a new nonce) even where the client chose the right one.</summary>
    public bool AlwaysSwitches { get; init; }
}
