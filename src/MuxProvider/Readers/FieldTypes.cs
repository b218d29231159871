using System.Diagnostics.CodeAnalysis;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>The .NET types of columns, in the form that compilation ahead of time can follow.</summary>
internal static class FieldTypes
{
    /// <summary>The type of a column's values.</summary>
    /// <param name="kind">What its cells are.</param>
    /// <param name="options">How cells are read.</param>
    /// <returns>The same as <see cref="ValueKinds.ClrType"/>, or <see cref="MuxDateTime"/>.</returns>
    [UnconditionalSuppressMessage("Trimming", "IL2073", Justification = "ClrType returns primitive types of the framework only, whose members are kept.")]
    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public static Type Of(ValueKind kind, CellOptions options) => HaveZeroDates(kind, options) ? typeof(MuxDateTime) : ValueKinds.ClrType(kind);

    /// <summary>What a cell naturally is.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="options">How cells are read.</param>
    /// <returns>A value of the type that <see cref="Of"/> names, or <see cref="DBNull"/>.</returns>
    public static object ValueOf(in Cell cell, CellOptions options) =>
        HaveZeroDates(cell.Kind, options) && !cell.IsNull ? DateOf(cell) : cell.GetValue();

    /// <summary>A date as it is, in the calendar or not.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>The date.</returns>
    public static MuxDateTime DateOf(in Cell cell)
    {
        var fields = cell.GetDateTimeFields();
        return new MuxDateTime(fields.Year, fields.Month, fields.Day, fields.TimeOfDay);
    }

    private static bool HaveZeroDates(ValueKind kind, CellOptions options) =>
        options is { AllowZeroDateTime: true, ConvertZeroDateTime: false } && kind is (ValueKind.Date or ValueKind.DateTime);
}
