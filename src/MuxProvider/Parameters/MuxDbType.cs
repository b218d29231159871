namespace MuxProvider;

/// <summary>The types of MySQL and MariaDB, for <see cref="MuxParameter.MuxDbType"/> and <see cref="MuxDbColumn.ProviderType"/>.</summary>
public enum MuxDbType
{
    /// <summary>BOOL, which is TINYINT(1).</summary>
    Bool,

    /// <summary>TINYINT.</summary>
    TinyInt,

    /// <summary>TINYINT UNSIGNED.</summary>
    UTinyInt,

    /// <summary>SMALLINT.</summary>
    SmallInt,

    /// <summary>SMALLINT UNSIGNED.</summary>
    USmallInt,

    /// <summary>MEDIUMINT.</summary>
    MediumInt,

    /// <summary>MEDIUMINT UNSIGNED.</summary>
    UMediumInt,

    /// <summary>INT.</summary>
    Int,

    /// <summary>INT UNSIGNED.</summary>
    UInt,

    /// <summary>BIGINT.</summary>
    BigInt,

    /// <summary>BIGINT UNSIGNED.</summary>
    UBigInt,

    /// <summary>DECIMAL.</summary>
    Decimal,

    /// <summary>FLOAT.</summary>
    Float,

    /// <summary>DOUBLE.</summary>
    Double,

    /// <summary>BIT.</summary>
    Bit,

    /// <summary>YEAR.</summary>
    Year,

    /// <summary>DATE.</summary>
    Date,

    /// <summary>DATETIME.</summary>
    DateTime,

    /// <summary>TIMESTAMP.</summary>
    Timestamp,

    /// <summary>TIME.</summary>
    Time,

    /// <summary>CHAR.</summary>
    Char,

    /// <summary>VARCHAR.</summary>
    VarChar,

    /// <summary>TINYTEXT.</summary>
    TinyText,

    /// <summary>TEXT.</summary>
    Text,

    /// <summary>MEDIUMTEXT.</summary>
    MediumText,

    /// <summary>LONGTEXT.</summary>
    LongText,

    /// <summary>ENUM: .NET enums are sent by name.</summary>
    Enum,

    /// <summary>SET: .NET enums are sent by name.</summary>
    Set,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>BINARY.</summary>
    Binary,

    /// <summary>VARBINARY.</summary>
    VarBinary,

    /// <summary>TINYBLOB.</summary>
    TinyBlob,

    /// <summary>BLOB.</summary>
    Blob,

    /// <summary>MEDIUMBLOB.</summary>
    MediumBlob,

    /// <summary>LONGBLOB.</summary>
    LongBlob,

    /// <summary>GEOMETRY and its kinds.</summary>
    Geometry,

    /// <summary>VECTOR.</summary>
    Vector,

    /// <summary>A Guid, in the form of the option GUID Format.</summary>
    Guid,
}
