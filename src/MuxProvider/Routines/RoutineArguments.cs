using System.Data;

namespace MuxProvider;

/// <summary>Finds the parameters of a command that a routine asks for. Pure.</summary>
internal static class RoutineArguments
{
    /// <summary>The parameter for what a function returns.</summary>
    /// <param name="parameters">The command's parameters; null for none.</param>
    /// <returns>The parameter; null where there is none, so that a procedure is meant.</returns>
    /// <exception cref="ArgumentException">There are several.</exception>
    public static MuxParameter? Returned(MuxParameterCollection? parameters)
    {
        MuxParameter? returned = null;
        for (var i = 0; i < parameters?.Count; i++)
        {
            if (parameters[i].Direction != ParameterDirection.ReturnValue)
                continue;
            if (returned is not null)
                throw new ArgumentException($"Both '{returned.ParameterName}' and '{parameters[i].ParameterName}' have the direction ReturnValue: a function returns one value.");
            returned = parameters[i];
        }

        return returned;
    }

    /// <summary>Brings the parameters into the order of the routine: by name, or as they are where none has a name.</summary>
    /// <param name="routine">The routine.</param>
    /// <param name="parameters">The command's parameters; null for none. Input that the routine does not have is left out.</param>
    /// <returns>One for each of the routine's parameters.</returns>
    /// <exception cref="ArgumentException">One is missing, or cannot have its direction.</exception>
    public static MuxParameter[] Align(Routine routine, MuxParameterCollection? parameters)
    {
        var declared = routine.Parameters;
        var unnamed = Unnamed(parameters);
        if (unnamed is { Count: > 0 } && unnamed.Count != declared.Count)
            throw new ArgumentException($"{routine.Name.Sql} has {declared.Count} parameters, and the command has {unnamed.Count} without a name: give them names, or as many as the routine has.");
        var arguments = new MuxParameter[declared.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = unnamed?[i] ?? Find(routine, declared[i], parameters);
            if (declared[i].Direction == ParameterDirection.Input && arguments[i].Direction == ParameterDirection.Output)
                throw new ArgumentException($"The parameter '{arguments[i].ParameterName}' has the direction Output, but {routine.Name.Sql} only takes a value there.");
        }

        for (var i = 0; i < parameters?.Count; i++)
        {
            if (parameters[i].Direction is ParameterDirection.Output or ParameterDirection.InputOutput && !arguments.Contains(parameters[i]))
                throw new ArgumentException($"{routine.Name.Sql} has no parameter '{parameters[i].ParameterName}', so nothing could be put into it.");
        }

        return arguments;
    }

    private static MuxParameter Find(Routine routine, RoutineParameter declared, MuxParameterCollection? parameters)
    {
        var index = parameters?.IndexOfBareName(declared.Name) ?? -1;
        return index >= 0 && parameters![index].Direction != ParameterDirection.ReturnValue
            ? parameters[index]
            : throw new ArgumentException($"The command has no parameter '{declared.Name}', which {routine.Name.Sql} needs ({declared.Direction}).");
    }

    // The parameters, if none has a name; else null.
    private static List<MuxParameter>? Unnamed(MuxParameterCollection? parameters)
    {
        var unnamed = new List<MuxParameter>();
        for (var i = 0; i < parameters?.Count; i++)
        {
            if (parameters[i].Direction == ParameterDirection.ReturnValue)
                continue;
            if (parameters[i].BareName.Length > 0)
                return null;
            unnamed.Add(parameters[i]);
        }

        return unnamed.Count > 0 ? unnamed : null;
    }
}
