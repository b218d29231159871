using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <summary>
/// A value for a marker of a command's text, or a parameter of a stored routine. It is written by the type of <see cref="Value"/>,
/// except where <see cref="DbType"/> or <see cref="MuxDbType"/> was set and would make a difference.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Type that was set</term><description>What it changes</description></listheader>
/// <item><term>String, AnsiString, their FixedLength, Xml</term><description>Enums are sent by name; numbers, truth values (1, 0) and Guids as text, so that a text column is compared as text.</description></item>
/// <item><term>Binary</term><description>Text is sent as its UTF-8 bytes, a Guid as <see cref="Guid.ToByteArray()"/>.</description></item>
/// <item><term>Boolean</term><description>Numbers become true or false; text is parsed.</description></item>
/// <item><term>Date, Time</term><description>Only the date, or the time of day, of a <see cref="DateTime"/> is sent (of a <see cref="DateTimeOffset"/> that in UTC).</description></item>
/// <item><term>DateTime, DateTime2, DateTimeOffset</term><description>A <see cref="DateOnly"/> is sent as midnight.</description></item>
/// <item><term>Guid, all numbers</term><description>Text is parsed, with a <see cref="FormatException"/> that names the parameter where it is none.</description></item>
/// <item><term>Decimal, Currency, VarNumeric; Single</term><description>Floating numbers are sent exactly; a <see cref="double"/> with the precision of <see cref="float"/>.</description></item>
/// </list>
/// Of an output parameter the type that was set is the type of the value that comes back; otherwise that is what the routine declares.
/// </remarks>
public sealed class MuxParameter : DbParameter, IDbDataParameter, ICloneable
{
    private string _name = "";
    private string _bareName = "";
    private string _sourceColumn = "";
    private DbType? _dbType;
    private MuxDbType? _muxDbType;
    private int _size;
    private object? _value;
    private bool _isNullable;
    private byte _precision;
    private byte _scale;
    private bool _mapsNull;
    private DataRowVersion _sourceVersion = DataRowVersion.Current;
    private ParameterDirection _direction = ParameterDirection.Input;

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

    /// <summary>Creates a parameter without value.</summary>
    /// <param name="parameterName">The name, with or without <c>@</c> or <c>?</c>.</param>
    /// <param name="muxDbType">The server's type.</param>
    /// <param name="size">The most characters or bytes; 0 for no limit.</param>
    /// <param name="sourceColumn">The column of a <see cref="DataTable"/> that the value comes from.</param>
    public MuxParameter(string? parameterName, MuxDbType muxDbType, int size = 0, string? sourceColumn = null)
    {
        ParameterName = parameterName;
        MuxDbType = muxDbType;
        Size = size;
        SourceColumn = sourceColumn;
    }

    /// <summary>Creates a view of another provider's parameter.</summary>
    /// <param name="foreign">The parameter.</param>
    internal MuxParameter(DbParameter foreign) => Foreign = foreign;

    /// <summary>The type: as it was set, otherwise as it follows from <see cref="Value"/>.</summary>
    public override DbType DbType
    {
        get => Foreign?.DbType ?? _dbType ?? DbTypes.Of(Value);
        set
        {
            if (Foreign is not null)
                Foreign.DbType = value;
            _dbType = value;
            _muxDbType = null;
        }
    }

    /// <summary>The server's type: as it was set, otherwise as it follows from <see cref="DbType"/>. Setting it sets <see cref="DbType"/>, too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public MuxDbType MuxDbType
    {
        get => _muxDbType ?? MuxDbTypes.Of(DbType);
        set
        {
            DbType = MuxDbTypes.ToDbType(value);
            _muxDbType = value;
        }
    }

    /// <summary>Where the value goes. With <see cref="CommandType.Text"/> only <see cref="ParameterDirection.Input"/> can be executed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such direction.</exception>
    public override ParameterDirection Direction
    {
        get => Foreign?.Direction ?? _direction;
        set
        {
            _direction = value is ParameterDirection.Input or ParameterDirection.Output or ParameterDirection.InputOutput or ParameterDirection.ReturnValue
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such direction.");
            if (Foreign is not null)
                Foreign.Direction = value;
        }
    }

    /// <inheritdoc/>
    public override bool IsNullable
    {
        get => Foreign?.IsNullable ?? _isNullable;
        set
        {
            if (Foreign is not null)
                Foreign.IsNullable = value;
            _isNullable = value;
        }
    }

    /// <summary>The name, as it was set. It is compared without case and without <c>@</c> or <c>?</c>.</summary>
    /// <exception cref="ArgumentException">Another parameter of the same command has the name.</exception>
    [AllowNull]
    public override string ParameterName
    {
        get => Foreign is null ? _name : Foreign.ParameterName ?? "";
        set
        {
            var name = value ?? "";
            var bare = ParameterNames.Strip(name);
            Collection?.OnRenaming(this, bare);
            if (Foreign is not null)
                Foreign.ParameterName = name;
            _name = name;
            _bareName = bare;
        }
    }

    /// <summary>Remembered only: the server rounds to what its column holds.</summary>
    public override byte Precision
    {
        get => Foreign?.Precision ?? _precision;
        set
        {
            if (Foreign is not null)
                Foreign.Precision = value;
            _precision = value;
        }
    }

    /// <summary>Remembered only: the server rounds to what its column holds.</summary>
    public override byte Scale
    {
        get => Foreign?.Scale ?? _scale;
        set
        {
            if (Foreign is not null)
                Foreign.Scale = value;
            _scale = value;
        }
    }

    /// <summary>The most characters of text, or bytes, that are sent; what is longer is cut, never within a character. 0 and −1 for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than −1.</exception>
    public override int Size
    {
        get => Foreign?.Size ?? _size;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, -1);
            if (Foreign is not null)
                Foreign.Size = value;
            _size = value;
        }
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string SourceColumn
    {
        get => Foreign is null ? _sourceColumn : Foreign.SourceColumn ?? "";
        set
        {
            _sourceColumn = value ?? "";
            if (Foreign is not null)
                Foreign.SourceColumn = _sourceColumn;
        }
    }

    /// <inheritdoc/>
    public override bool SourceColumnNullMapping
    {
        get => Foreign?.SourceColumnNullMapping ?? _mapsNull;
        set
        {
            if (Foreign is not null)
                Foreign.SourceColumnNullMapping = value;
            _mapsNull = value;
        }
    }

    /// <inheritdoc/>
    public override DataRowVersion SourceVersion
    {
        get => Foreign?.SourceVersion ?? _sourceVersion;
        set
        {
            if (Foreign is not null)
                Foreign.SourceVersion = value;
            _sourceVersion = value;
        }
    }

    /// <summary>
    /// The value; null and <see cref="DBNull"/> are NULL. JSON of <c>System.Text.Json</c> is sent as text, arrays and memory of
    /// <see cref="float"/> as a VECTOR; lists are refused. Of a <see cref="MemoryStream"/> the whole content is sent, whatever its position.
    /// </summary>
    /// <remarks>
    /// Another <see cref="Stream"/>, or a <see cref="TextReader"/>, is read from where it is to its end, or as far as <see cref="Size"/>, when the
    /// command executes: into memory, and asynchronously where the command is. It stays open, and the next execution finds it at its end.
    /// One with more bytes than the server's <c>max_allowed_packet</c> is an error (<see cref="MuxErrorCode.PacketTooLarge"/>) that names the
    /// parameter, before anything is sent. The command's time-out begins when streams have been read.
    /// </remarks>
    public override object? Value
    {
        get => Foreign is null ? _value : Foreign.Value;
        set
        {
            if (Foreign is null)
                _value = value;
            else
                Foreign.Value = value;
        }
    }

    /// <summary>The parameter of another provider that this one is a view of: both are always the same. Null for an ordinary one.</summary>
    internal DbParameter? Foreign { get; }

    /// <summary>Whether a type was set, rather than following from the value.</summary>
    internal bool HasDbType => Foreign is null ? _dbType is not null : ForeignParameters.HasDbType(Foreign);

    /// <summary>The name without prefix, quotes and white space.</summary>
    internal string BareName
    {
        get
        {
            // Nobody tells when the name of another provider's parameter changes.
            if (Foreign is not null && !ReferenceEquals(Foreign.ParameterName, _name))
            {
                _name = Foreign.ParameterName ?? "";
                _bareName = ParameterNames.Strip(_name);
            }

            return _bareName;
        }
    }

    /// <summary>The collection that has the parameter.</summary>
    internal MuxParameterCollection? Collection { get; set; }

    /// <inheritdoc/>
    public override void ResetDbType()
    {
        Foreign?.ResetDbType();
        _dbType = null;
        _muxDbType = null;
    }

    /// <summary>A parameter like this one that belongs to no command.</summary>
    /// <returns>The copy.</returns>
    public MuxParameter Clone() => Foreign is not null ? ForeignParameters.Clone(Foreign) : new()
    {
        _name = _name,
        _bareName = BareName,
        _dbType = _dbType,
        _muxDbType = _muxDbType,
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
