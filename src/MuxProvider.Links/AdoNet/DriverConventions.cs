using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// What drivers for MySQL have beyond ADO.NET, found by the names that they agree on, once for each type. What a driver does not have, or
/// trimming has taken away, is done without. Immutable.
/// </summary>
internal sealed class DriverConventions
{
    private const string Trimming = "Where trimming has taken the member away the link does without it: it closes in place of a reset, and asks the server for generated ids.";

    private readonly Func<DbConnection, CancellationToken, ValueTask<bool>>? _reset;
    private readonly MethodInvoker? _lastInsertedId;

    private DriverConventions(Func<DbConnection, CancellationToken, ValueTask<bool>>? reset, MethodInvoker? lastInsertedId)
    {
        _reset = reset;
        _lastInsertedId = lastInsertedId;
    }

    /// <summary>Whether commands tell what they have generated.</summary>
    public bool TellGeneratedIds => _lastInsertedId is not null;

    /// <summary>Whether connections can be reset.</summary>
    public bool Reset => _reset is not null;

    /// <summary>Looks at a driver.</summary>
    /// <param name="connection">A connection of it.</param>
    /// <param name="command">A command of it.</param>
    /// <returns>What it has.</returns>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = Trimming)]
    public static DriverConventions Of(DbConnection connection, DbCommand command)
    {
        var getter = command.GetType().GetProperty("LastInsertedId", BindingFlags.Public | BindingFlags.Instance)?.GetMethod;
        return new DriverConventions(FindReset(connection.GetType()), getter is null ? null : MethodInvoker.Create(getter));
    }

    /// <summary>Resets a connection's session.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False where the driver cannot.</returns>
    public ValueTask<bool> ResetAsync(DbConnection connection) => _reset is null ? new ValueTask<bool>(false) : _reset(connection, CancellationToken.None);

    /// <summary>The id that a command has generated; 0 for none.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The id.</returns>
    public ulong LastInsertedId(DbCommand command) => _lastInsertedId?.Invoke(command) switch
    {
        ulong id => id,
        long id => unchecked((ulong)id),
        null => 0,
        var id => unchecked((ulong)Convert.ToInt64(id, CultureInfo.InvariantCulture)),
    };

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Trimming)]
    private static Func<DbConnection, CancellationToken, ValueTask<bool>>? FindReset(Type type)
    {
        if (type.GetMethod("ResetConnectionAsync", [typeof(CancellationToken)]) is { } asynchronous
            && (asynchronous.ReturnType == typeof(ValueTask) || asynchronous.ReturnType.IsAssignableTo(typeof(Task))))
        {
            var invoker = MethodInvoker.Create(asynchronous);
            return async (connection, cancellationToken) =>
            {
                var result = invoker.Invoke(connection, cancellationToken);
                if (result is Task task)
                    await task.ConfigureAwait(false);
                else if (result is ValueTask valueTask)
                    await valueTask.ConfigureAwait(false);
                return true;
            };
        }

        if (type.GetMethod("ResetConnection", Type.EmptyTypes) is not { } synchronous)
            return null;
        var resetNow = MethodInvoker.Create(synchronous);
        return (connection, _) =>
        {
            resetNow.Invoke(connection);
            return new ValueTask<bool>(true);
        };
    }
}
