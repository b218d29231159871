using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <summary>
/// A value for a marker of a command's text. It is written by the type of <see cref="Value"/>: <see cref="DbType"/>,
/// <see cref="Size"/>, <see cref="Precision"/> and <see cref="Scale"/> are remembered but change nothing.
/// </summary>
public sealed class MuxParameter : DbParameter, IDbDataParameter, ICloneable
{
    private string _name = "";
    private string _sourceColumn = "";
    private DbType? _dbType;

    /// <summary>Creates a parameter without name and value.</summary>
    public MuxParameter()
    {
    }

    /// <summary>Creates a parameter.</summary>
    /// <param name="parameterName">The name, with or without <c>@</c> or <c>?</c>.</param>
    /// <param name="value">The value; null is NULL.</param>
    public MuxParameter(string? parameterName, object? value)
    {
        ParameterName = parameterName;
        Value = value;
    }

    /// <summary>Creates a parameter without value.</summary>
    /// <param name="parameterName">The name, with or without <c>@</c> or <c>?</c>.</param>
    /// <param name="dbType">The type.</param>
    public MuxParameter(string? parameterName, DbType dbType)
    {
        ParameterName = parameterName;
        DbType = dbType;
    }

    /// <summary>The type: as it was set, otherwise as it follows from <see cref="Value"/>.</summary>
    public override DbType DbType
    {
        get => _dbType ?? DbTypes.Of(Value);
        set => _dbType = value;
    }

    /// <summary>Where the value goes. Only <see cref="ParameterDirection.Input"/> can be executed today.</summary>
    public override ParameterDirection Direction { get; set; } = ParameterDirection.Input;

    /// <inheritdoc/>
    public override bool IsNullable { get; set; }

    /// <summary>The name, as it was set. It is compared without case and without <c>@</c> or <c>?</c>.</summary>
    /// <exception cref="ArgumentException">Another parameter of the same command has the name.</exception>
    [AllowNull]
    public override string ParameterName
    {
        get => _name;
        set
        {
            var name = value ?? "";
            var bare = ParameterNames.Strip(name);
            Collection?.OnRenaming(this, bare);
            _name = name;
            BareName = bare;
        }
    }

    /// <inheritdoc/>
    public override byte Precision { get; set; }

    /// <inheritdoc/>
    public override byte Scale { get; set; }

    /// <summary>Remembered only: values are never cut.</summary>
    public override int Size { get; set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string SourceColumn
    {
        get => _sourceColumn;
        set => _sourceColumn = value ?? "";
    }

    /// <inheritdoc/>
    public override bool SourceColumnNullMapping { get; set; }

    /// <inheritdoc/>
    public override DataRowVersion SourceVersion { get; set; } = DataRowVersion.Current;

    /// <summary>The value; null and <see cref="DBNull"/> are NULL.</summary>
    public override object? Value { get; set; }

    /// <summary>The name without prefix, quotes and white space.</summary>
    internal string BareName { get; private set; } = "";

    /// <summary>The collection that has the parameter.</summary>
    internal MuxParameterCollection? Collection { get; set; }

    /// <inheritdoc/>
    public override void ResetDbType() => _dbType = null;

    /// <summary>A parameter like this one that belongs to no command.</summary>
    /// <returns>The copy.</returns>
    public MuxParameter Clone() => new()
    {
        _name = _name,
        BareName = BareName,
        _dbType = _dbType,
        _sourceColumn = _sourceColumn,
        Direction = Direction,
        IsNullable = IsNullable,
        Precision = Precision,
        Scale = Scale,
        Size = Size,
        SourceColumnNullMapping = SourceColumnNullMapping,
        SourceVersion = SourceVersion,
        Value = Value,
    };

    /// <inheritdoc/>
    object ICloneable.Clone() => Clone();
}
