using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// Tells what the exceptions of any driver for MySQL mean, without knowing their types: the server's own errors, with number and SQLSTATE,
/// apart from a lost connection. Pure.
/// </summary>
internal static class InnerErrors
{
    // Both drivers for MySQL keep the server's number here, and both have a property of this name.
    private const string NumberInData = "Server Error Code";
    private const string NumberProperty = "Number";
    private const string GeneralState = "HY000";

    /// <summary>What the server said; null where the exception is not the server's.</summary>
    /// <param name="exception">The driver's exception.</param>
    /// <returns>The error.</returns>
    public static ErrPacket? ServerError(Exception exception)
    {
        if (Find(exception) is not { } found)
            return null;
        var number = Number(found);
        return number is > 0 and <= ushort.MaxValue && !IsClientError(number)
            ? new ErrPacket((ushort)number, found.SqlState is { Length: 5 } state ? state : GeneralState, found.Message)
            : null;
    }

    /// <summary>Whether the server says with its error that the conversation is over: shut down, killed, idle for too long.</summary>
    /// <param name="number">The server's number.</param>
    /// <returns>Whether nothing follows.</returns>
    public static bool EndsConversation(int number) => number is 1053 or 1152 or 1158 or 1159 or 1160 or 1161 or 1184 or 1927 or 3169 or 4031;

    /// <summary>The failure to open a connection.</summary>
    /// <param name="exception">The driver's exception.</param>
    /// <param name="endpoint">Where to.</param>
    /// <returns>The failure.</returns>
    public static LinkException OfOpening(Exception exception, string endpoint)
    {
        var error = ServerError(exception);
        return new LinkException(
            error is null ? LinkFailureKind.Unreachable : LinkFailureKind.LoginRefused,
            Delivery.NotSent,
            $"No connection could be opened to {endpoint}: {exception.Message}",
            error,
            exception);
    }

    /// <summary>The failure of a conversation.</summary>
    /// <param name="exception">The driver's exception.</param>
    /// <param name="endpoint">Where to.</param>
    /// <returns>The failure.</returns>
    public static LinkException OfConversation(Exception exception, string endpoint) => new(
        LinkFailureKind.ConnectionLost,
        Delivery.Sent,
        $"The connection to {endpoint} was lost: {exception.Message}",
        ServerError(exception),
        exception);

    private static DbException? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is DbException found)
                return found;
        }

        return null;
    }

    private static int Number(DbException exception)
    {
        if (exception.Data[NumberInData] is { } told)
            return ToNumber(told);
        var byName = ByName(exception);
        return byName != 0 ? byName : Math.Max(0, exception.ErrorCode);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Where trimming has taken the property away the number is looked for elsewhere.")]
    private static int ByName(DbException exception) =>
        exception.GetType().GetProperty(NumberProperty)?.GetValue(exception) is { } value ? ToNumber(value) : 0;

    private static int ToNumber(object value)
    {
        try
        {
            return Convert.ToInt32(value, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
        {
            return 0;
        }
    }

    // https://dev.mysql.com/doc/mysql-errors/8.4/en/client-error-reference.html
    private static bool IsClientError(int number) => number is >= 2000 and < 3000;
}
