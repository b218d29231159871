using System.Data;
using System.Data.Common;

namespace MuxProvider;

/// <summary>A row, or with <see cref="MuxDataAdapter.UpdateBatchSize"/> several, was written, or failed to be.</summary>
public sealed class MuxRowUpdatedEventArgs : RowUpdatedEventArgs
{
    /// <summary>Creates the event.</summary>
    /// <param name="row">The row.</param>
    /// <param name="command">What it was written with.</param>
    /// <param name="statementType">What was done with it.</param>
    /// <param name="tableMapping">The table's names.</param>
    public MuxRowUpdatedEventArgs(DataRow row, IDbCommand? command, StatementType statementType, DataTableMapping tableMapping)
        : base(row, command, statementType, tableMapping)
    {
    }

    /// <summary>What the row was written with; null for a batch.</summary>
    public new MuxCommand? Command => (MuxCommand?)base.Command;
}
