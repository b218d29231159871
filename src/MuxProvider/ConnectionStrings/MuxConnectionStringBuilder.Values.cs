using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <content>How values are read and written.</content>
public sealed partial class MuxConnectionStringBuilder
{
    /// <summary>Whether date columns are read as <see cref="MuxDateTime"/>, which has the date 0000-00-00. <see cref="ConvertZeroDateTime"/> comes first.</summary>
    public bool AllowZeroDateTime
    {
        get => Get(OptionTable.AllowZeroDateTime);
        set => Set(OptionTable.AllowZeroDateTime, value);
    }

    /// <summary>Without effect: it is always utf8mb4.</summary>
    [AllowNull]
    public string CharacterSet
    {
        get => Get(OptionTable.CharacterSet);
        set => Set(OptionTable.CharacterSet, value);
    }

    /// <summary>Whether a zero date reads as <see cref="DateTime.MinValue"/>.</summary>
    public bool ConvertZeroDateTime
    {
        get => Get(OptionTable.ConvertZeroDateTime);
        set => Set(OptionTable.ConvertZeroDateTime, value);
    }

    /// <summary>The kind of the dates that are read, and demanded of those that are sent.</summary>
    public DateTimeKind DateTimeKind
    {
        get => Get(OptionTable.DateTimeKind);
        set => Set(OptionTable.DateTimeKind, value);
    }

    /// <summary>In which columns a Guid is stored, and how.</summary>
    public MuxGuidFormat GuidFormat
    {
        get => Get(OptionTable.GuidFormat);
        set => Set(OptionTable.GuidFormat, value);
    }

    /// <summary>Without effect: values are written for the <c>sql_mode</c> that the session really has.</summary>
    public bool NoBackslashEscapes
    {
        get => Get(OptionTable.NoBackslashEscapes);
        set => Set(OptionTable.NoBackslashEscapes, value);
    }

    /// <summary>Whether <c>BINARY(16)</c> holds Guids in little-endian order; not together with <see cref="GuidFormat"/>.</summary>
    public bool OldGuids
    {
        get => Get(OptionTable.OldGuids);
        set => Set(OptionTable.OldGuids, value);
    }

    /// <summary>Whether <c>TINYINT(1)</c> reads as <see cref="bool"/>. True by default.</summary>
    public bool TreatTinyAsBoolean
    {
        get => Get(OptionTable.TreatTinyAsBoolean);
        set => Set(OptionTable.TreatTinyAsBoolean, value);
    }
}
