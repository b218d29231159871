namespace MuxProvider.Protocol;

/// <summary>What the user chose about reading cells. Immutable; equal by value.</summary>
public sealed record CellOptions
{
    /// <summary>What applies where the user chose nothing.</summary>
    public static CellOptions Default { get; } = new();

    /// <summary>Whether a signed TINYINT(1) is a <see cref="bool"/>.</summary>
    public bool TreatTinyAsBoolean { get; init; } = true;

    /// <summary>Which columns are a <see cref="Guid"/>.</summary>
    public GuidFormat GuidFormat { get; init; } = GuidFormat.Default;

    /// <summary>Whether the face gives dates in a type that has zero dates. <see cref="ConvertZeroDateTime"/> comes first.</summary>
    public bool AllowZeroDateTime { get; init; }

    /// <summary>Whether the date 0000-00-00 is read as <see cref="DateTime.MinValue"/> instead of being refused.</summary>
    public bool ConvertZeroDateTime { get; init; }

    /// <summary>The <see cref="DateTime.Kind"/> of what is read.</summary>
    public DateTimeKind DateTimeKind { get; init; } = DateTimeKind.Unspecified;
}
