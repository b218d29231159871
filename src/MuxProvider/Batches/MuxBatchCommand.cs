using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <summary>One command of a batch.</summary>
public sealed class MuxBatchCommand : DbBatchCommand
{
    private string _text = "";
    private MuxParameterCollection? _parameters;
    private CommandType _type = CommandType.Text;
    private int _recordsAffected = -1;

    /// <summary>Creates a command without text.</summary>
    public MuxBatchCommand()
    {
    }

    /// <summary>Creates a command.</summary>
    /// <param name="commandText">The text.</param>
    public MuxBatchCommand(string? commandText) => _text = commandText ?? "";

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set => _text = value ?? "";
    }

    /// <summary>What the text is: as for <see cref="MuxCommand.CommandType"/>.</summary>
    public override CommandType CommandType
    {
        get => _type;
        set => _type = value is CommandType.Text or CommandType.StoredProcedure or CommandType.TableDirect
            ? value
            : throw new ArgumentException($"There is no command type {value}.", nameof(value));
    }

    /// <summary>The rows that the last execution changed; −1 where it could change none, or did not get so far.</summary>
    public override int RecordsAffected => _recordsAffected;

    /// <summary>The id that the last execution generated; 0 for none.</summary>
    public long LastInsertedId { get; private set; }

    /// <summary>The parameters. Names need to be unique within the command, not within the batch.</summary>
    public new MuxParameterCollection Parameters => _parameters ??= new MuxParameterCollection();

    /// <inheritdoc/>
    public override bool CanCreateParameter => true;

    /// <summary>The parameters; null where there never were any.</summary>
    internal MuxParameterCollection? ParametersOrNull => _parameters;

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <summary>Creates a parameter that belongs to no command yet.</summary>
    /// <returns>The parameter.</returns>
    public override MuxParameter CreateParameter() => new();

    /// <summary>Forgets the last execution.</summary>
    internal void Forget()
    {
        _recordsAffected = -1;
        LastInsertedId = 0;
    }

    /// <summary>One of the command's statements is done.</summary>
    internal void OnDone(ulong affectedRows, ulong lastInsertId)
    {
        _recordsAffected = (int)Math.Min((ulong)Math.Max(_recordsAffected, 0) + affectedRows, int.MaxValue);
        if (lastInsertId != 0)
            LastInsertedId = unchecked((long)lastInsertId);
    }
}
