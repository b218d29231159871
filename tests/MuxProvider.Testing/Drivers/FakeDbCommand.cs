using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.Testing;

/// <summary>A command of the <see cref="FakeDriver"/>.</summary>
public sealed class FakeDbCommand : DbCommand
{
    private readonly FakeDbParameters _parameters = new();

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText { get; set; } = "";

    /// <inheritdoc/>
    public override int CommandTimeout { get; set; }

    /// <inheritdoc/>
    public override CommandType CommandType { get; set; } = CommandType.Text;

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <summary>The generated id, as drivers for MySQL have it.</summary>
    public long LastInsertedId { get; private set; }

    /// <inheritdoc/>
    protected override DbConnection? DbConnection { get; set; }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => _parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction { get; set; }

    private FakeDbConnection Inner => (FakeDbConnection)DbConnection!;

    /// <inheritdoc/>
    public override void Cancel()
    {
        // Nobody waits here for long.
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery()
    {
        using var reader = ExecuteReader();
        while (reader.NextResult())
        {
        }

        return reader.RecordsAffected;
    }

    /// <inheritdoc/>
    public override object? ExecuteScalar() => throw new NotSupportedException("Links read.");

    /// <inheritdoc/>
    public override void Prepare()
    {
        // There is nothing to prepare.
    }

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => new FakeDbParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var turn = Inner.Use();
        try
        {
            var text = CommandText;
            foreach (FakeDbParameter parameter in _parameters)
                text = text.Replace(parameter.ParameterName, $"<{parameter.Value}>", StringComparison.Ordinal);
            var reply = Inner.Driver.Run(Inner, text);
            LastInsertedId = 0;
            foreach (var result in reply.Results)
            {
                if (result.LastInsertId != 0)
                    (LastInsertedId, Inner.GeneratedId) = ((long)result.LastInsertId, result.LastInsertId);
            }

            return new FakeDbReader(Inner, [.. reply.Results], turn);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }
}
