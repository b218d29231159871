namespace MuxProvider.Protocol;

/// <summary>
/// What the cells of a column are to a .NET program. Decided once per column by <see cref="ValueKinds.Of"/>,
/// so that reading a cell is one switch.
/// </summary>
public enum ValueKind : byte
{
    /// <summary>The column is the literal NULL: every cell is NULL.</summary>
    Null,

    /// <summary>TINYINT(1): <see cref="bool"/>, true when not 0.</summary>
    Boolean,

    /// <summary>TINYINT: <see cref="sbyte"/>.</summary>
    SByte,

    /// <summary>TINYINT UNSIGNED: <see cref="byte"/>.</summary>
    Byte,

    /// <summary>SMALLINT: <see cref="short"/>.</summary>
    Int16,

    /// <summary>SMALLINT UNSIGNED: <see cref="ushort"/>.</summary>
    UInt16,

    /// <summary>MEDIUMINT or INT: <see cref="int"/>.</summary>
    Int32,

    /// <summary>MEDIUMINT UNSIGNED or INT UNSIGNED: <see cref="uint"/>.</summary>
    UInt32,

    /// <summary>BIGINT: <see cref="long"/>.</summary>
    Int64,

    /// <summary>BIGINT UNSIGNED: <see cref="ulong"/>.</summary>
    UInt64,

    /// <summary>YEAR: <see cref="int"/>; 0000 is 0.</summary>
    Year,

    /// <summary>
    /// BIT: <see cref="ulong"/>. The cell holds 1 to 8 bytes, most significant first; in a column with the flag
    /// <see cref="ColumnFlags.Binary"/> (an aggregate) it holds decimal digits.
    /// </summary>
    Bit,

    /// <summary>DECIMAL: <see cref="decimal"/>.</summary>
    Decimal,

    /// <summary>FLOAT: <see cref="float"/>.</summary>
    Single,

    /// <summary>DOUBLE: <see cref="double"/>.</summary>
    Double,

    /// <summary>DATE: <see cref="System.DateTime"/> at midnight.</summary>
    Date,

    /// <summary>DATETIME or TIMESTAMP: <see cref="System.DateTime"/>.</summary>
    DateTime,

    /// <summary>TIME: <see cref="TimeSpan"/>, ±838:59:59.999999.</summary>
    Time,

    /// <summary>CHAR, VARCHAR, TEXT, ENUM or SET: <see cref="string"/>.</summary>
    String,

    /// <summary>JSON: <see cref="string"/>.</summary>
    Json,

    /// <summary>BINARY, VARBINARY or BLOB: an array of bytes.</summary>
    Bytes,

    /// <summary>GEOMETRY and its subtypes: an array of bytes, the SRID (4 bytes, least significant first) and the WKB.</summary>
    Geometry,

    /// <summary>VECTOR: <see cref="ReadOnlyMemory{T}"/> of <see cref="float"/>.</summary>
    Vector,

    /// <summary>
    /// CHAR(36), CHAR(32), or BINARY(16) and VARBINARY(16), whichever <see cref="CellOptions.GuidFormat"/> names: <see cref="System.Guid"/>.
    /// </summary>
    Guid,
}
