using System.Data;
using System.Data.Common;

namespace MuxProvider;

/// <summary>A row is about to be written.</summary>
public sealed class MuxRowUpdatingEventArgs : RowUpdatingEventArgs
{
    /// <summary>Creates the event.</summary>
    /// <param name="row">The row.</param>
    /// <param name="command">What it will be written with; may be replaced.</param>
    /// <param name="statementType">What is done with it.</param>
    /// <param name="tableMapping">The table's names.</param>
    public MuxRowUpdatingEventArgs(DataRow row, IDbCommand? command, StatementType statementType, DataTableMapping tableMapping)
        : base(row, command, statementType, tableMapping)
    {
    }

    /// <summary>What the row will be written with; may be replaced.</summary>
    public new MuxCommand? Command
    {
        get => (MuxCommand?)base.Command;
        set => base.Command = value;
    }

    /// <inheritdoc/>
    protected override IDbCommand? BaseCommand
    {
        get => base.BaseCommand;
        set => base.BaseCommand = Casts.To<MuxCommand>(value);
    }
}
