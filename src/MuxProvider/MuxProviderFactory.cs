using System.Data.Common;

namespace MuxProvider;

/// <summary>Creates the provider's objects for code that knows ADO.NET only. Its invariant name is <c>MuxProvider</c>.</summary>
public sealed class MuxProviderFactory : DbProviderFactory
{
    /// <summary>The only factory.</summary>
    public static readonly MuxProviderFactory Instance = new();

    private MuxProviderFactory()
    {
    }

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    public override bool CanCreateCommandBuilder => true;

    /// <inheritdoc/>
    public override bool CanCreateDataAdapter => true;

    /// <summary>False: servers cannot be looked for.</summary>
    public override bool CanCreateDataSourceEnumerator => false;

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new MuxCommand();

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new MuxConnection();

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new MuxConnectionStringBuilder();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new MuxParameter();

    /// <inheritdoc/>
    public override DbDataAdapter CreateDataAdapter() => new MuxDataAdapter();

    /// <inheritdoc/>
    public override DbCommandBuilder CreateCommandBuilder() => new MuxCommandBuilder();

    /// <inheritdoc/>
    public override DbBatch CreateBatch() => new MuxBatch();

    /// <inheritdoc/>
    public override DbBatchCommand CreateBatchCommand() => new MuxBatchCommand();

    /// <inheritdoc/>
    public override DbDataSource CreateDataSource(string connectionString) => MuxDataSource.Create(connectionString);
}
