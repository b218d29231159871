using System.Reflection;

namespace MuxProvider.Tests;

/// <summary>The assemblies that ship, from the lowest floor up, and what of them others can see.</summary>
internal static class Assemblies
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Assembly> All { get; } =
    [
        typeof(Protocol.Cell).Assembly, typeof(Links.Deadline).Assembly, typeof(Multiplexing.PinReasons).Assembly, typeof(MuxConnection).Assembly,
    ];

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The types that other assemblies can use, in the order of their names.</summary>
    public static IEnumerable<Type> Types(Assembly assembly) => assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal);

    /// <summary>The members that a type declares and others can call or override, without accessors and what the compiler adds.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared).Where(member => member switch
    {
        ConstructorInfo constructor => !constructor.IsStatic && IsSeen(constructor) && !IsDelegate(type),
        MethodInfo method => IsSeen(method) && !IsAccessor(method) && !IsGenerated(method) && !IsDelegate(type),
        FieldInfo field => (field.IsPublic || (field.IsFamily && !type.IsSealed)) && !field.IsSpecialName,
        PropertyInfo property => property.GetAccessors(true).Any(IsSeen) && !(IsGenerated(property) && property.Name == "EqualityContract"),
        EventInfo happening => IsSeen(happening.AddMethod!),
        _ => false,
    });

    /// <summary>Whether a type is a delegate.</summary>
    public static bool IsDelegate(Type type) => typeof(MulticastDelegate).IsAssignableFrom(type.BaseType);

    /// <summary>Whether other assemblies can call or override it.</summary>
    public static bool IsSeen(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), false);
}
