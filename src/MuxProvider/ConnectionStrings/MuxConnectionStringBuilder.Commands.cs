namespace MuxProvider;

/// <content>How commands and transactions run.</content>
public sealed partial class MuxConnectionStringBuilder
{
    /// <summary>
    /// Whether the server may be given local data (<c>LOAD DATA LOCAL INFILE</c>): that of <see cref="MuxBulkCopy"/>, <see cref="MuxBulkLoader"/> and
    /// <see cref="MuxCommand.LocalStreams"/>, and files that <see cref="MuxDataSourceBuilder.AllowLocalFiles"/> names. False by default.
    /// </summary>
    public bool AllowLoadLocalInfile
    {
        get => Get(OptionTable.AllowLoadLocalInfile);
        set => Set(OptionTable.AllowLoadLocalInfile, value);
    }

    /// <summary>Whether an <c>@name</c> without a parameter is a user variable, rather than an error.</summary>
    public bool AllowUserVariables
    {
        get => Get(OptionTable.AllowUserVariables);
        set => Set(OptionTable.AllowUserVariables, value);
    }

    /// <summary>Whether opening a connection joins the ambient System.Transactions transaction. True by default.</summary>
    public bool AutoEnlist
    {
        get => Get(OptionTable.AutoEnlist);
        set => Set(OptionTable.AutoEnlist, value);
    }

    /// <summary>0 switches command time-outs off. Any other value is without effect: who cancels, or waits too long, is let go at once. 2 by default.</summary>
    public int CancellationTimeout
    {
        get => Get(OptionTable.CancellationTimeout);
        set => Set(OptionTable.CancellationTimeout, value);
    }

    /// <summary>How long a command may take, in seconds, where it does not say otherwise; 0 for ever. 30 by default.</summary>
    public uint DefaultCommandTimeout
    {
        get => Get(OptionTable.DefaultCommandTimeout);
        set => Set(OptionTable.DefaultCommandTimeout, value);
    }

    /// <summary>
    /// Whether the server keeps the time of commands, too: <c>max_statement_time</c> of MariaDB and <c>max_execution_time</c> of MySQL, which
    /// only limits SELECT, have the value of the command's time-out while it runs. They travel like other session variables, so that
    /// commands with the same time-out cost nothing; what a program sets itself wins. False by default.
    /// </summary>
    public bool ServerSideCommandTimeout
    {
        get => Get(OptionTable.ServerSideCommandTimeout);
        set => Set(OptionTable.ServerSideCommandTimeout, value);
    }

    /// <summary>Without effect.</summary>
    public bool ForceSynchronous
    {
        get => Get(OptionTable.ForceSynchronous);
        set => Set(OptionTable.ForceSynchronous, value);
    }

    /// <summary>Whether a command's transaction is not compared with its connection's.</summary>
    public bool IgnoreCommandTransaction
    {
        get => Get(OptionTable.IgnoreCommandTransaction);
        set => Set(OptionTable.IgnoreCommandTransaction, value);
    }

    /// <summary>Whether <see cref="MuxCommand.Prepare"/> does nothing.</summary>
    public bool IgnorePrepare
    {
        get => Get(OptionTable.IgnorePrepare);
        set => Set(OptionTable.IgnorePrepare, value);
    }

    /// <summary>
    /// From which use of a text on its statement runs prepared without <see cref="MuxCommand.Prepare"/>; 0 for never. All connections
    /// with equal options count together.
    /// </summary>
    public uint AutoPrepareMinUses
    {
        get => Get(OptionTable.AutoPrepareMinUses);
        set => Set(OptionTable.AutoPrepareMinUses, value);
    }

    /// <summary>The most statements that one link keeps prepared, 0 for none: the one unused for longest makes room.</summary>
    public uint MaxPreparedStatements
    {
        get => Get(OptionTable.MaxPreparedStatements);
        set => Set(OptionTable.MaxPreparedStatements, value);
    }

    /// <summary>Whether an UPDATE counts the rows it changed, rather than those it found.</summary>
    public bool UseAffectedRows
    {
        get => Get(OptionTable.UseAffectedRows);
        set => Set(OptionTable.UseAffectedRows, value);
    }

    /// <summary>Without effect: connections join System.Transactions transactions with plain ones, one connection at a time.</summary>
    public bool UseXaTransactions
    {
        get => Get(OptionTable.UseXaTransactions);
        set => Set(OptionTable.UseXaTransactions, value);
    }
}
