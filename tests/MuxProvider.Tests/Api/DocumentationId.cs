using System.Reflection;

namespace MuxProvider.Tests;

/// <summary>The names that the compiler gives to types and members in documentation files.</summary>
internal static class DocumentationId
{
    /// <summary>The id of a type.</summary>
    public static string Of(Type type) => "T:" + Name(type);

    /// <summary>The id of a member.</summary>
    public static string Of(MemberInfo member)
    {
        var owner = Name(member.DeclaringType!);
        return member switch
        {
            FieldInfo => $"F:{owner}.{member.Name}",
            EventInfo => $"E:{owner}.{member.Name}",
            PropertyInfo property => $"P:{owner}.{member.Name}{Parameters(property.GetIndexParameters())}",
            ConstructorInfo constructor => $"M:{owner}.#ctor{Parameters(constructor.GetParameters())}",
            MethodInfo method => $"M:{owner}.{member.Name}{Arity(method)}{Parameters(method.GetParameters())}{Conversion(method)}",
            _ => throw new InvalidOperationException(member.ToString()),
        };
    }

    private static string Name(Type type) => type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}";

    private static string Arity(MethodInfo method) => method.IsGenericMethodDefinition ? $"``{method.GetGenericArguments().Length}" : "";

    private static string Conversion(MethodInfo method) => method.Name is "op_Implicit" or "op_Explicit" ? "~" + Reference(method.ReturnType) : "";

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(parameter => Reference(parameter.ParameterType)))})";

    private static string Reference(Type type)
    {
        if (type.IsByRef)
            return Reference(type.GetElementType()!) + "@";
        if (type.IsArray)
            return Reference(type.GetElementType()!) + (type.GetArrayRank() == 1 ? "[]" : $"[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]");
        if (type.IsGenericParameter)
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        if (!type.IsGenericType)
            return Name(type);
        var arguments = new Queue<string>(type.GetGenericArguments().Select(Reference));
        return Constructed(type, arguments);
    }

    // Each part of a nested name takes as many arguments as it declares.
    private static string Constructed(Type type, Queue<string> arguments)
    {
        var owner = type.IsNested ? Constructed(type.DeclaringType!, arguments) : type.Namespace!;
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0)
            return $"{owner}.{type.Name}";
        var own = Enumerable.Range(0, int.Parse(type.Name.AsSpan(tick + 1), System.Globalization.CultureInfo.InvariantCulture)).Select(_ => arguments.Dequeue());
        return $"{owner}.{type.Name[..tick]}{{{string.Join(',', own)}}}";
    }
}
