using System.Data;
using System.Data.Common;
using System.Globalization;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>An open connection of the driver underneath, and what was learned of it. Used by its link's own thread only.</summary>
internal sealed class InnerSession : IDisposable
{
    private const string Questions =
        "SELECT @@sql_mode, @@max_allowed_packet, CONNECTION_ID(), @@hostname, @@port, @@server_id, @@character_set_client, @@net_write_timeout, VERSION(), DATABASE(), @@autocommit";

    private readonly AdoNetTransportOptions _options;
    private readonly DriverConventions _conventions;

    // What LAST_INSERT_ID() was when it was asked last, where the driver does not tell what a command generates.
    private ulong _generatedId;

    private InnerSession(AdoNetTransportOptions options, DbConnection connection)
    {
        _options = options;
        Connection = connection;
        Command = connection.CreateCommand();
        Command.CommandTimeout = 0;
        _conventions = DriverConventions.Of(connection, Command);
        Facts = AskFacts();
    }

    /// <summary>The connection.</summary>
    public DbConnection Connection { get; }

    /// <summary>The one command that runs everything.</summary>
    public DbCommand Command { get; }

    /// <summary>What was learned when it was opened.</summary>
    public LinkFacts Facts { get; }

    /// <summary>The default schema after the login; null for none.</summary>
    public string? Schema { get; private set; }

    /// <summary>Opens a connection.</summary>
    /// <param name="options">How.</param>
    /// <returns>The session.</returns>
    /// <exception cref="LinkException">It could not be opened, or cannot be used.</exception>
    public static InnerSession Open(AdoNetTransportOptions options)
    {
        DbConnection? connection = null;
        try
        {
            connection = options.CreateConnection()
                ?? throw new InvalidOperationException("The provider underneath gave no connection.");
            if (connection.State != ConnectionState.Open)
                connection.Open();
            return new InnerSession(options, connection);
        }
        catch (Exception e)
        {
            Dispose(connection);
            throw e as LinkException ?? InnerErrors.OfOpening(e, options.Endpoint);
        }
    }

    /// <summary>Runs a text and gives its cells.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The rows.</returns>
    public List<string?[]> Ask(string text)
    {
        var rows = new List<string?[]>();
        Prepare(text, null);
        using var reader = Command.ExecuteReader();
        while (reader.Read())
        {
            var row = new string?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Runs a text that answers nothing.</summary>
    /// <param name="text">The text.</param>
    public void Run(string text)
    {
        Prepare(text, null);
        Command.ExecuteNonQuery();
    }

    /// <summary>Makes the command ready.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parameters">The driver's own parameters; null for none.</param>
    public void Prepare(string text, DbParameter[]? parameters)
    {
        Command.CommandText = text;
        if (Command.Parameters.Count > 0)
            Command.Parameters.Clear();
        if (parameters is null)
            return;
        foreach (var parameter in parameters)
            Command.Parameters.Add(parameter);
    }

    /// <summary>The id that the command has just generated; 0 for none.</summary>
    /// <param name="hasChanged">Whether it has changed any row.</param>
    /// <returns>The id.</returns>
    public ulong LastInsertedId(bool hasChanged)
    {
        if (_options.LastInsertedId is { } tell)
            return unchecked((ulong)tell(Command));
        if (_conventions.TellGeneratedIds)
            return _conventions.LastInsertedId(Command);
        if (!hasChanged || Ask("SELECT LAST_INSERT_ID()") is not [[{ } number]] || !ulong.TryParse(number, CultureInfo.InvariantCulture, out var id))
            return 0;

        // The register keeps what an earlier statement has generated.
        var isNew = id != _generatedId;
        _generatedId = id;
        return isNew ? id : 0;
    }

    /// <summary>Brings the session back to how it was after the login.</summary>
    /// <returns>False where that cannot be done.</returns>
    public bool TryReset()
    {
        var isReset = Blocking.Run(
            (Reset: _options.Reset, Conventions: _conventions, Connection),
            static what => what.Reset is { } reset ? reset(what.Connection, CancellationToken.None) : what.Conventions.ResetAsync(what.Connection));
        if (!isReset || Connection.State != ConnectionState.Open)
            return false;

        _generatedId = 0;

        // A reset leads to the server's values of now. Values are written for the mode of the login, and would be misread under another.
        Run($"SET SESSION autocommit=1, SESSION sql_mode='{Facts.SqlMode}'");
        return AskRole() == Facts.Role;
    }

    /// <summary>Whether the driver can still be talked to.</summary>
    /// <returns>False where the connection is of no more use.</returns>
    public bool IsAlive()
    {
        try
        {
            return Connection.State == ConnectionState.Open && Ask("SELECT 1") is [["1"]];
        }
        catch (Exception)
        {
            // Whatever it says: it is not to be trusted any more.
            return false;
        }
    }

    /// <summary>Closes the connection, whatever the driver says to that.</summary>
    public void Dispose() => Dispose(Connection);

    private static void Dispose(DbConnection? connection)
    {
        try
        {
            connection?.Dispose();
        }
        catch (Exception)
        {
            // It is given up anyway.
        }
    }

    private LinkFacts AskFacts()
    {
        if (Ask(Questions) is not [[var sqlMode, var largest, var thread, var host, var port, var server, var characterSet, var patience, var version, var schema, var autoCommit]])
            throw new ProtocolException("The server did not answer what every MySQL and MariaDB server knows of itself.");

        // Literals are written as characters, so the driver may send them in any set that has them all.
        if (characterSet?.StartsWith("utf8", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new LinkException(
                LinkFailureKind.LoginRefused,
                Delivery.NotSent,
                $"The driver's connection to {_options.Endpoint} sends texts in {characterSet}, which has not all characters. Set Character Set=utf8mb4 in its connection string.");
        }

        if (autoCommit != "1")
            Run("SET autocommit=1");
        Schema = schema;
        var number = ToNumber(_options.ServerThread is { } tell ? tell(Connection).ToString(CultureInfo.InvariantCulture) : thread);
        return new LinkFacts
        {
            ServerVersion = ServerVersion.Parse(version ?? ""),
            ServerThread = (uint)Math.Clamp(number, 0, uint.MaxValue),
            SqlMode = sqlMode ?? "",
            MaxAllowedPacket = ToNumber(largest) is > 0 and var most ? most : 16 * 1024 * 1024,
            NetWriteTimeout = TimeSpan.FromSeconds(ToNumber(patience) is > 0 and var seconds ? seconds : 60),
            Role = AskRole(),
            ServerIdentity = $"{host}:{port}:{server}",
            SupportsPipelining = false,
            CanBeShared = true,
            TracksSession = false,
            Endpoint = _options.Endpoint,
        };
    }

    // Null where the server has no roles.
    private string? AskRole()
    {
        try
        {
            return Ask("SELECT CURRENT_ROLE()") is [[var role]] ? role ?? "" : null;
        }
        catch (Exception e) when (InnerErrors.ServerError(e) is not null)
        {
            return null;
        }
    }

    private static long ToNumber(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
