using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>
/// Makes the commands with which a <see cref="MuxDataAdapter"/> writes the changes of a single table back, from its SELECT. The table
/// needs a primary or unique key among the columns that are selected. Used by one caller at a time.
/// </summary>
public sealed class MuxCommandBuilder : DbCommandBuilder
{
    /// <summary>Creates a builder without adapter.</summary>
    public MuxCommandBuilder()
    {
        GC.SuppressFinalize(this);
        QuotePrefix = "`";
        QuoteSuffix = "`";
    }

    /// <summary>Creates a builder.</summary>
    /// <param name="adapter">The adapter whose commands are made.</param>
    public MuxCommandBuilder(MuxDataAdapter? adapter)
        : this() => DataAdapter = adapter;

    /// <summary>The adapter whose commands are made.</summary>
    public new MuxDataAdapter? DataAdapter
    {
        get => (MuxDataAdapter?)base.DataAdapter;
        set => base.DataAdapter = value;
    }

    /// <summary>The backtick, which quotes in every SQL mode.</summary>
    /// <exception cref="ArgumentException">It is set to anything else.</exception>
    [AllowNull]
    public override string QuotePrefix
    {
        get => base.QuotePrefix;
        set => base.QuotePrefix = value is null or "" or "`" ? value : throw new ArgumentException("Only the backtick quotes names.", nameof(value));
    }

    /// <summary>The backtick, which quotes in every SQL mode.</summary>
    /// <exception cref="ArgumentException">It is set to anything else.</exception>
    [AllowNull]
    public override string QuoteSuffix
    {
        get => base.QuoteSuffix;
        set => base.QuoteSuffix = value is null or "" or "`" ? value : throw new ArgumentException("Only the backtick quotes names.", nameof(value));
    }

    /// <summary>Fills a command's parameters as the server declares those of its stored procedure, or function. One round trip the first time.</summary>
    /// <param name="command">A command of the type StoredProcedure, with an open connection. Of a function the first parameter is what it returns.</param>
    /// <exception cref="InvalidOperationException">The command is no stored procedure, has no open connection, or there is no such routine.</exception>
    public static void DeriveParameters(MuxCommand command) =>
        Blocking.Run(command, static derived => new ValueTask(DeriveParametersAsync(derived)));

    /// <inheritdoc cref="DeriveParameters"/>
    /// <param name="command">A command of the type StoredProcedure, with an open connection.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the parameters are there.</returns>
    public static async Task DeriveParametersAsync(MuxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.CommandType != CommandType.StoredProcedure)
            throw new InvalidOperationException($"The command has the type {command.CommandType}: parameters can be derived for StoredProcedure only.");
        if (string.IsNullOrWhiteSpace(command.CommandText))
            throw new InvalidOperationException("The command has no text.");
        var connection = command.Connection ?? throw new InvalidOperationException("The command has no connection.");
        Routine routine;
        try
        {
            routine = await ReadAsync(connection, command, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A pinned connection asks itself, and without autocommit that begins a transaction.
            connection.TellNews();
        }

        command.Parameters.Clear();
        if (routine.Returned is { } returned)
            command.Parameters.Add(Parameter("@RETURN_VALUE", returned, connection));
        foreach (var parameter in routine.Parameters)
            command.Parameters.Add(Parameter("@" + parameter.Name, parameter, connection));
    }

    /// <summary>Quotes a name with backticks.</summary>
    /// <param name="unquotedIdentifier">The name.</param>
    /// <returns>The quoted name.</returns>
    public override string QuoteIdentifier(string unquotedIdentifier)
    {
        ArgumentNullException.ThrowIfNull(unquotedIdentifier);
        return RoutineName.Quote(unquotedIdentifier);
    }

    /// <summary>Takes backticks away.</summary>
    /// <param name="quotedIdentifier">The name, quoted or not.</param>
    /// <returns>The name.</returns>
    public override string UnquoteIdentifier(string quotedIdentifier)
    {
        ArgumentNullException.ThrowIfNull(quotedIdentifier);
        return quotedIdentifier is ['`', .. var name, '`'] ? name.Replace("``", "`", StringComparison.Ordinal) : quotedIdentifier;
    }

    /// <inheritdoc/>
    protected override void ApplyParameterInfo(DbParameter parameter, DataRow row, StatementType statementType, bool whereClause)
    {
        ArgumentNullException.ThrowIfNull(row);
        Casts.To<MuxParameter>(parameter)!.MuxDbType = (MuxDbType)row[SchemaTableColumn.ProviderType];
    }

    /// <inheritdoc/>
    protected override string GetParameterName(int parameterOrdinal) => string.Create(CultureInfo.InvariantCulture, $"@p{parameterOrdinal}");

    /// <inheritdoc/>
    protected override string GetParameterName(string parameterName) => "@" + parameterName;

    /// <inheritdoc/>
    protected override string GetParameterPlaceholder(int parameterOrdinal) => string.Create(CultureInfo.InvariantCulture, $"@p{parameterOrdinal}");

    /// <inheritdoc/>
    protected override DataTable? GetSchemaTable(DbCommand sourceCommand)
    {
        var table = base.GetSchemaTable(sourceCommand);
        if (table is null)
            return null;

        // There are no catalogs that a name could be qualified with.
        foreach (DataRow row in table.Rows)
            row["BaseCatalogName"] = DBNull.Value;
        return table;
    }

    /// <inheritdoc/>
    protected override void SetRowUpdatingHandler(DbDataAdapter adapter)
    {
        var updating = Casts.To<MuxDataAdapter>(adapter)!;
        if (adapter == DataAdapter)
            updating.RowUpdating -= OnRowUpdating;
        else
            updating.RowUpdating += OnRowUpdating;
    }

    private static async ValueTask<Routine> ReadAsync(MuxConnection connection, MuxCommand command, CancellationToken cancellationToken)
    {
        var conversation = connection.Conversation;
        var name = RoutineName.Parse(command.CommandText, "stored procedure or function");
        if (name.Parts > 2)
            throw new InvalidOperationException($"The server does not declare the parameters of routines in packages, such as {name.Sql}.");
        var schema = name.Schema ?? conversation.Handle.Schema ?? throw new InvalidOperationException($"The connection has no default schema: write the schema in front of {name.Sql}.");
        var deadline = conversation.DeadlineIn(command.CommandTimeout);
        return await RoutineReader.ReadAsync(connection, command, schema, name, isFunction: false, deadline, cancellationToken).ConfigureAwait(false)
            ?? await RoutineReader.ReadAsync(connection, command, schema, name, isFunction: true, deadline, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"There is no procedure and no function {name.Sql} in the schema '{schema}' that the user may see.");
    }

    private static MuxParameter Parameter(string name, RoutineParameter declared, MuxConnection connection)
    {
        var column = declared.Column;
        var type = MuxDbTypes.Of(column, Protocol.ValueKinds.Of(column, connection.Settings.Cells));
        var hasSize = MuxDbTypes.ToDbType(type) is DbType.String or DbType.StringFixedLength or DbType.Binary;
        var bytes = hasSize ? column.Length / (uint)Protocol.Collations.BytesPerCharacter(column.Collation) : 0;
        return new MuxParameter(name, type, (int)Math.Min(bytes, int.MaxValue))
        {
            Direction = declared.Direction,
            Precision = declared.Precision,
            Scale = declared.Precision > 0 ? column.Decimals : (byte)0,
        };
    }

    private void OnRowUpdating(object? sender, MuxRowUpdatingEventArgs e) => RowUpdatingHandler(e);
}
