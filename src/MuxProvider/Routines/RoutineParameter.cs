using System.Data;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>A parameter of a stored routine, or what a function returns, as the server declares it. Immutable.</summary>
/// <param name="Name">The name; "" for what a function returns.</param>
/// <param name="Direction">Where values go.</param>
/// <param name="Column">A column of the declared type: what is read back is decoded as one.</param>
/// <param name="Precision">Digits of a DECIMAL; otherwise 0.</param>
internal sealed record RoutineParameter(string Name, ParameterDirection Direction, ColumnDefinition Column, byte Precision)
{
    /// <summary>Whether a variable has to stand for it in a call.</summary>
    public bool IsVariable => Direction is ParameterDirection.Output or ParameterDirection.InputOutput;
}
