namespace MuxProvider.Protocol;

/// <summary>
/// What a column definition says beyond the type:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__column__definition__flags.html">column definition flags</see>.
/// </summary>
[Flags]
public enum ColumnFlags : ushort
{
    /// <summary>No flag is set.</summary>
    None = 0,

    /// <summary>NULL is not allowed.</summary>
    NotNull = 1,

    /// <summary>Part of the primary key.</summary>
    PrimaryKey = 2,

    /// <summary>Part of a unique key.</summary>
    UniqueKey = 4,

    /// <summary>Part of a non-unique key.</summary>
    MultipleKey = 8,

    /// <summary>A BLOB or TEXT.</summary>
    Blob = 16,

    /// <summary>Unsigned.</summary>
    Unsigned = 32,

    /// <summary>ZEROFILL.</summary>
    ZeroFill = 64,

    /// <summary>Binary collation or binary data.</summary>
    Binary = 128,

    /// <summary>ENUM.</summary>
    Enum = 256,

    /// <summary>AUTO_INCREMENT.</summary>
    AutoIncrement = 512,

    /// <summary>TIMESTAMP.</summary>
    Timestamp = 1024,

    /// <summary>SET.</summary>
    Set = 2048,

    /// <summary>No default value.</summary>
    NoDefaultValue = 4096,

    /// <summary>Set to NOW() on update.</summary>
    OnUpdateNow = 8192,

    /// <summary>A number.</summary>
    Number = 32768,
}
