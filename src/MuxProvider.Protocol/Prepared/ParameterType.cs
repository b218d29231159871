namespace MuxProvider.Protocol;

/// <summary>The type with which a parameter's value is sent.</summary>
/// <param name="Column">The type.</param>
/// <param name="IsUnsigned">Whether a whole number is unsigned.</param>
public readonly record struct ParameterType(ColumnType Column, bool IsUnsigned = false);
