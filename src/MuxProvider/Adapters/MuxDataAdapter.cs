using System.Data;
using System.Data.Common;

namespace MuxProvider;

/// <summary>Fills a <see cref="DataTable"/> and writes its changes back, with the commands given.</summary>
public sealed class MuxDataAdapter : DbDataAdapter
{
    /// <summary>Creates an adapter without commands.</summary>
    public MuxDataAdapter() => GC.SuppressFinalize(this);

    /// <summary>Creates an adapter.</summary>
    /// <param name="selectCommand">What to fill with.</param>
    public MuxDataAdapter(MuxCommand? selectCommand)
        : this() => SelectCommand = selectCommand;

    /// <summary>Creates an adapter.</summary>
    /// <param name="selectCommandText">What to fill with.</param>
    /// <param name="connection">The connection.</param>
    public MuxDataAdapter(string? selectCommandText, MuxConnection? connection)
        : this(new MuxCommand(selectCommandText, connection))
    {
    }

    /// <summary>What to fill with.</summary>
    public new MuxCommand? SelectCommand
    {
        get => (MuxCommand?)base.SelectCommand;
        set => base.SelectCommand = value;
    }

    /// <summary>What to write new rows with.</summary>
    public new MuxCommand? InsertCommand
    {
        get => (MuxCommand?)base.InsertCommand;
        set => base.InsertCommand = value;
    }

    /// <summary>What to write changed rows with.</summary>
    public new MuxCommand? UpdateCommand
    {
        get => (MuxCommand?)base.UpdateCommand;
        set => base.UpdateCommand = value;
    }

    /// <summary>What to delete rows with.</summary>
    public new MuxCommand? DeleteCommand
    {
        get => (MuxCommand?)base.DeleteCommand;
        set => base.DeleteCommand = value;
    }
}
