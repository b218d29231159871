using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// Turns the errors of the floors below into what users catch. The only place that does. What a caller did wrong
/// (<see cref="ArgumentException"/>, <see cref="NotSupportedException"/>) and what it asked for
/// (<see cref="OperationCanceledException"/> by its token) passes unchanged.
/// </summary>
internal static class ErrorTranslator
{
    private const int ErrorDuringCommit = 1180;

    private const string UnknownOutcome = " It had been sent, so whether it ran is unknown.";

    /// <summary>The server refused a statement.</summary>
    /// <param name="error">What it said.</param>
    /// <returns>The exception.</returns>
    public static MuxException Refused(ErrPacket error) =>
        new(error.Code, error.SqlState, error.Message + AdviceOn(error.Code))
        {
            ServerMessage = error.Message,

            // A node of Galera that loses its group while it commits cannot tell.
            OutcomeUnknown = error.Code == ErrorDuringCommit,
        };

    /// <summary>A statement was cancelled by <c>Cancel()</c>.</summary>
    /// <returns>The exception.</returns>
    public static MuxException Interrupted(Exception cause) =>
        new((int)MuxErrorCode.QueryInterrupted, "70100", "The command was cancelled by Cancel().", cause);

    /// <summary>A statement got no answer.</summary>
    /// <param name="error">What the floor below threw.</param>
    /// <param name="mayWrite">Whether the statement may have changed something.</param>
    /// <param name="settings">What the user asked for.</param>
    /// <param name="isUndoneWithItsLink">Whether the loss of its link undoes it, as it does with an open transaction.</param>
    /// <returns>The exception; null where <paramref name="error"/> passes unchanged.</returns>
    public static MuxException? OfStatement(Exception error, bool mayWrite, DataSourceSettings settings, bool isUndoneWithItsLink = false) => error switch
    {
        StatementAbandonedException abandoned => new MuxException(
            (int)MuxErrorCode.CommandTimeoutExpired,
            null,
            abandoned.Message,
            abandoned)
        {
            OutcomeUnknown = mayWrite && abandoned.Delivery == Delivery.Sent,
        },
        LinkException { Kind: LinkFailureKind.TimedOut } late => new MuxException(
            (int)MuxErrorCode.CommandTimeoutExpired,
            null,
            late.Message + (mayWrite && late.Delivery == Delivery.Sent ? UnknownOutcome : ""),
            late)
        {
            OutcomeUnknown = mayWrite && late.Delivery == Delivery.Sent,
        },
        LinkException failure => OfLink(failure, mayWrite && !isUndoneWithItsLink && failure.Delivery == Delivery.Sent, settings),
        ProtocolException malformed => Malformed(malformed),
        _ => null,
    };

    /// <summary>The answer to a statement could not be read.</summary>
    /// <param name="error">Why.</param>
    /// <returns>The exception.</returns>
    public static MuxException Malformed(ProtocolException error) =>
        new((int)MuxErrorCode.MalformedPacket, null, $"The server, or what stands before it, broke the protocol: {error.Message}", error);

    /// <summary>A connection could not be opened, or its schema not be changed.</summary>
    /// <param name="error">What the floor below threw.</param>
    /// <param name="settings">What the user asked for.</param>
    /// <returns>The exception; null where <paramref name="error"/> passes unchanged.</returns>
    public static MuxException? OfOpen(Exception error, DataSourceSettings settings) => error switch
    {
        LinkException failure => OfLink(failure, outcomeUnknown: false, settings),
        StatementAbandonedException late => new MuxException(
            (int)MuxErrorCode.UnableToConnectToHost,
            null,
            $"No connection to {Place(settings)} within the Connection Timeout of {settings.ConnectionTimeoutSeconds} s. {late.Message}",
            late),
        ProtocolException malformed => Malformed(malformed),
        _ => null,
    };

    private static MuxException OfLink(LinkException failure, bool outcomeUnknown, DataSourceSettings settings)
    {
        var number = failure.ServerError?.Code ?? (int)NumberOf(failure.Kind);
        var message = failure.Message + Advice(failure, number, settings) + (outcomeUnknown ? UnknownOutcome : "");
        return new MuxException(number, failure.ServerError?.SqlState, message, failure)
        {
            ServerMessage = failure.ServerError?.Message,
            OutcomeUnknown = outcomeUnknown,
            IsConnectionLoss = IsLoss(failure.Kind),
        };
    }

    private static bool IsLoss(LinkFailureKind kind) =>
        kind is LinkFailureKind.ConnectionLost or LinkFailureKind.Protocol or LinkFailureKind.Suspect or LinkFailureKind.Closed;

    private static MuxErrorCode NumberOf(LinkFailureKind kind) => kind switch
    {
        LinkFailureKind.ConnectionLost or LinkFailureKind.Suspect or LinkFailureKind.Closed => MuxErrorCode.ConnectionLost,
        LinkFailureKind.Protocol => MuxErrorCode.MalformedPacket,
        LinkFailureKind.PacketTooLarge => MuxErrorCode.PacketTooLarge,
        LinkFailureKind.LoginRefused => MuxErrorCode.AccessDenied,
        LinkFailureKind.NoPassword => MuxErrorCode.ProvidePasswordCallbackFailed,
        LinkFailureKind.SettingsRefused => MuxErrorCode.UnknownDatabase,
        _ => MuxErrorCode.UnableToConnectToHost,
    };

    // Links say themselves what to do about their failures; this is what only the face knows.
    private static string Advice(LinkException failure, int number, DataSourceSettings settings) => failure.Kind switch
    {
        // Where the server was silent, more links would not help.
        LinkFailureKind.NoLinkAvailable when !failure.Message.Contains("Connection Timeout", StringComparison.Ordinal) => $" Max Links is {settings.MaxLinks}.",
        LinkFailureKind.SettingsRefused => AdviceOn(number),
        _ => "",
    };

    private static string AdviceOn(int number) => (MuxErrorCode)number switch
    {
        MuxErrorCode.ConnectionCountError => " Raise max_connections on the server, or lower Max Links.",
        MuxErrorCode.UnknownDatabase => " Check Database.",
        MuxErrorCode.CommandNotAllowed or MuxErrorCode.LocalFilesDisabled or MuxErrorCode.LocalInfileDisabled =>
            " Reading local data needs local_infile=ON on the server and Allow Load Local Infile=true in the connection string. MuxBulkCopy needs neither where its Method is Insert or Auto.",
        MuxErrorCode.PacketTooLarge => " Raise max_allowed_packet on the server, or send less at once.",
        _ => "",
    };

    private static string Place(DataSourceSettings settings) =>
        settings.Server.StartsWith('/') ? settings.Server : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{settings.Server}:{settings.Port}");
}
