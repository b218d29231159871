namespace MuxProvider.Tests;

/// <summary>Types as people write them.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(sbyte)] = "sbyte", [typeof(byte)] = "byte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>The name with its arguments: <c>System.Threading.Tasks.Task&lt;int&gt;</c>.</summary>
    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return Of(type.GetElementType()!) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        if (s_keywords.TryGetValue(type, out var keyword))
            return keyword;
        var arguments = type.GetGenericArguments();
        return arguments.Length == 0 ? Bare(type) : $"{Bare(type)}<{string.Join(", ", arguments.Select(Of))}>";
    }

    /// <summary>The full name without arguments.</summary>
    public static string Bare(Type type) => s_keywords.TryGetValue(type, out var keyword)
        ? keyword
        : type.IsGenericParameter ? type.Name : type.IsNested ? $"{Bare(type.DeclaringType!)}.{Simple(type)}" : $"{type.Namespace}.{Simple(type)}";

    /// <summary>The name alone.</summary>
    public static string Simple(Type type)
    {
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? type.Name : type.Name[..tick];
    }
}
