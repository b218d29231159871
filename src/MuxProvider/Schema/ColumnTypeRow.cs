using System.Data;

namespace MuxProvider;

/// <summary>One row of the collection <c>DataTypes</c>. Immutable.</summary>
/// <param name="Name">The type's name.</param>
/// <param name="Type">What a parameter of the type is.</param>
/// <param name="DataType">What its values are.</param>
/// <param name="Size">Digits, characters or bytes.</param>
internal sealed record ColumnTypeRow(string Name, DbType Type, Type DataType, long Size)
{
    /// <summary>How a column of the type is declared; null for its name alone.</summary>
    public string? Format { get; init; }

    /// <summary>What stands in the format, with commas between.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>Whether it can have AUTO_INCREMENT.</summary>
    public bool IsAutoIncrementable { get; init; }

    /// <summary>Whether it is the one to choose for its .NET type.</summary>
    public bool IsBestMatch { get; init; }

    /// <summary>Whether its values are told apart by case, whatever the collation.</summary>
    public bool IsCaseSensitive { get; init; }

    /// <summary>Whether all its values are of one length.</summary>
    public bool IsFixedLength { get; init; }

    /// <summary>Whether its precision and scale are fixed.</summary>
    public bool IsFixedPrecisionScale { get; init; }

    /// <summary>Whether its values may be very long.</summary>
    public bool IsLong { get; init; }

    /// <summary>Whether LIKE makes sense.</summary>
    public bool IsSearchableWithLike { get; init; }

    /// <summary>Whether it has no negative values.</summary>
    public bool IsUnsigned { get; init; }

    /// <summary>The most digits behind the point; null where it has no scale.</summary>
    public short? MaximumScale { get; init; }

    /// <summary>What stands before a literal.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What stands behind a literal.</summary>
    public string Suffix { get; init; } = "";
}
