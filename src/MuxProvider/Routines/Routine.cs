using System.Data;

namespace MuxProvider;

/// <summary>A stored routine as the server declares it. Immutable; shared by everybody who calls it.</summary>
internal sealed class Routine
{
    private RoutineText? _text;
    private RoutineText? _heardText;

    /// <summary>Creates a routine.</summary>
    /// <param name="name">Its name, as it is called.</param>
    /// <param name="isFunction">Whether it is a function.</param>
    /// <param name="parameters">Its parameters, in order; of a function the first is what it returns.</param>
    public Routine(RoutineName name, bool isFunction, IReadOnlyList<RoutineParameter> parameters)
    {
        Name = name;
        IsFunction = isFunction;
        Returned = isFunction && parameters is [{ Direction: ParameterDirection.ReturnValue } first, ..] ? first : null;
        Parameters = Returned is null ? parameters : [.. parameters.Skip(1)];
    }

    /// <summary>The name, as it is called.</summary>
    public RoutineName Name { get; }

    /// <summary>Whether it is a function.</summary>
    public bool IsFunction { get; }

    /// <summary>What a function returns; null for a procedure.</summary>
    public RoutineParameter? Returned { get; }

    /// <summary>The parameters, in the order of a call.</summary>
    public IReadOnlyList<RoutineParameter> Parameters { get; }

    /// <summary>The text that calls it. Two threads may both build it; either will do.</summary>
    public RoutineText Text => _text ??= IsFunction
        ? RoutineText.OfFunction(Name, Parameters.Count)
        : RoutineText.OfProcedure(Name, Directions);

    /// <summary>The same where somebody wants to hear the call's warnings.</summary>
    public RoutineText HeardText => _heardText ??= IsFunction ? Text : RoutineText.OfProcedure(Name, Directions, isHeard: true);

    private ParameterDirection[] Directions => [.. Parameters.Select(static parameter => parameter.Direction)];
}
