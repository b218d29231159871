using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>Says which part of a prefix the server refused, and why. Immutable.</summary>
/// <param name="Part">The part; nothing behind it ran.</param>
/// <param name="Error">What the server said.</param>
internal sealed record PrefixRefusal(PrefixParts Part, ErrPacket Error)
{
    /// <summary>The failure of the request that the prefix was for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="endpoint">Where the link leads.</param>
    /// <param name="delivery">How far the request got.</param>
    /// <returns>The failure.</returns>
    public LinkException Failure(MySqlReply request, string endpoint, Delivery delivery) =>
        Failure(What(request.Step.Settings, request.WantedGeneratedId, request.Before, request.BeginText), endpoint, delivery);

    /// <summary>The failure of the request that the prefix was for.</summary>
    /// <param name="terms">The request's terms.</param>
    /// <param name="endpoint">Where the link leads.</param>
    /// <param name="delivery">How far the request got.</param>
    /// <returns>The failure.</returns>
    public LinkException Failure(in Terms terms, string endpoint, Delivery delivery) =>
        Failure(What(terms.Settings, terms.GeneratedId, terms.Before, terms.Begin), endpoint, delivery);

    private LinkException Failure(string what, string endpoint, Delivery delivery) =>
        new(LinkFailureKind.SettingsRefused, delivery, $"{what} at {endpoint}: {Error.Message}", Error);

    private string What(Settings? settings, ulong? generatedId, string? before, string? begin) => Part switch
    {
        PrefixParts.Schema => $"The schema '{settings?.Schema}' cannot be used",
        PrefixParts.Before => $"The statement in front, '{before}', failed",
        PrefixParts.Begin => $"The transaction could not be begun, '{begin}' failed",
        PrefixParts.GeneratedId => $"LAST_INSERT_ID() cannot be set to {generatedId}",
        _ => $"The session variables '{settings?.Variables}' cannot be set",
    };
}
