using System.Diagnostics.CodeAnalysis;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>The .NET types of columns, in the form that compilation ahead of time can follow.</summary>
internal static class FieldTypes
{
    /// <summary>The type of a column's values.</summary>
    /// <param name="kind">What its cells are.</param>
    /// <returns>The same as <see cref="ValueKinds.ClrType"/>.</returns>
    [UnconditionalSuppressMessage("Trimming", "IL2073", Justification = "ClrType returns primitive types of the framework only, whose members are kept.")]
    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public static Type Of(ValueKind kind) => ValueKinds.ClrType(kind);
}
