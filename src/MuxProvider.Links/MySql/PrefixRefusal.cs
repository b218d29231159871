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
        new(LinkFailureKind.SettingsRefused, delivery, $"{What(request)} at {endpoint}: {Error.Message}", Error);

    private string What(MySqlReply request) => Part switch
    {
        PrefixParts.Schema => $"The schema '{request.Step.Settings?.Schema}' cannot be used",
        PrefixParts.Before => $"The statement in front, '{request.Before}', failed",
        PrefixParts.Begin => $"The transaction could not be begun, '{request.BeginText}' failed",
        PrefixParts.GeneratedId => $"LAST_INSERT_ID() cannot be set to {request.WantedGeneratedId}",
        _ => $"The session variables '{request.Step.Settings?.Variables}' cannot be set",
    };
}
