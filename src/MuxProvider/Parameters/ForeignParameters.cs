using System.Data;
using System.Data.Common;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// What is special about parameters of other providers in our collections: each has a <see cref="MuxParameter"/> in the list that is a
/// view of it. Pure, apart from what the parameters do themselves.
/// </summary>
internal static class ForeignParameters
{
    /// <summary>What was added to the collection: the other provider's parameter, or ours.</summary>
    /// <param name="parameter">What is in the list.</param>
    /// <returns>The parameter.</returns>
    public static DbParameter Original(MuxParameter parameter) => parameter.Foreign ?? parameter;

    /// <inheritdoc cref="Original"/>
    /// <param name="parameters">What is in the list.</param>
    /// <returns>The parameters.</returns>
    public static IEnumerable<DbParameter> Originals(List<MuxParameter> parameters)
    {
        // As an enumerator of the list, it notices changes.
        foreach (var parameter in parameters)
            yield return Original(parameter);
    }

    /// <summary>
    /// What a marker is bound to: the other provider's parameter itself, where links take it (they copy it), because only it knows its
    /// types; otherwise the value.
    /// </summary>
    /// <param name="parameter">What is in the list.</param>
    /// <param name="passed">The type of the parameters that links take; null for none.</param>
    /// <returns>A parameter of that type, or something that <see cref="SqlLiteral"/> can write.</returns>
    /// <exception cref="NotSupportedException">Values of that type cannot be sent.</exception>
    /// <exception cref="FormatException">A text is no value of the parameter's type.</exception>
    public static object? Bound(MuxParameter parameter, Type? passed) =>
        passed is not null
        && parameter.Foreign is ICloneable and DbParameter { Direction: ParameterDirection.Input, Value: not (Stream or TextReader) } foreign
        && passed.IsInstanceOfType(foreign)
            ? foreign
            : ParameterValue.Of(parameter);

    /// <summary>
    /// Whether the parameter's type says more than its value. Other providers do not tell whether it was set; what they make of enums, which
    /// they take for text or for numbers, was not.
    /// </summary>
    /// <param name="foreign">The parameter.</param>
    /// <returns>Whether the value is to be brought to the type.</returns>
    public static bool HasDbType(DbParameter foreign) => foreign.Value is not (null or DBNull or Enum) && foreign.DbType != DbTypes.Of(foreign.Value);

    /// <summary>A view of a copy.</summary>
    /// <param name="foreign">The parameter.</param>
    /// <returns>The view; where the other provider does not copy its parameters, one of ours with the same values.</returns>
    public static MuxParameter Clone(DbParameter foreign)
    {
        if (foreign is ICloneable cloneable && cloneable.Clone() is DbParameter clone)
            return new MuxParameter(clone);
        var copy = new MuxParameter(foreign.ParameterName, foreign.Value)
        {
            Direction = foreign.Direction,
            IsNullable = foreign.IsNullable,
            Precision = foreign.Precision,
            Scale = foreign.Scale,
            Size = Math.Max(foreign.Size, -1),
            SourceColumn = foreign.SourceColumn,
            SourceColumnNullMapping = foreign.SourceColumnNullMapping,
            SourceVersion = foreign.SourceVersion,
        };
        if (HasDbType(foreign))
            copy.DbType = foreign.DbType;
        return copy;
    }
}
