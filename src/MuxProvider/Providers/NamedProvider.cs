using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MuxProvider;

/// <summary>Finds the factory of another provider by the name of its type, once. Any thread may use it.</summary>
internal static class NamedProvider
{
    private static readonly ConcurrentDictionary<string, DbProviderFactory> s_found = new(StringComparer.Ordinal);

    /// <summary>The factory of a type.</summary>
    /// <param name="typeName">The assembly-qualified name of its type, as the option <c>Provider</c> has it.</param>
    /// <returns>The factory: what the type's static field or property <c>Instance</c> holds.</returns>
    /// <exception cref="ArgumentException">There is no such type, or it is no factory.</exception>
    public static DbProviderFactory Find(string typeName) => s_found.GetOrAdd(typeName, static name => InstanceOf(name, TypeOf(name)));

    [UnconditionalSuppressMessage("Trimming", "IL2057", Justification = "A program that is trimmed keeps the factory by naming it in code, with UseProvider. What was trimmed away is an error that says so.")]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "As above.")]
    private static Type TypeOf(string name)
    {
        Exception? cause = null;
        try
        {
            if (Type.GetType(name, throwOnError: true) is { } type)
                return type;
        }
        catch (Exception error) when (error is IOException or TypeLoadException or BadImageFormatException or ArgumentException or TargetInvocationException)
        {
            cause = error;
        }

        throw Unusable(
            name,
            name.Contains(',', StringComparison.Ordinal)
                ? "that type cannot be found. It is 'namespace.type, assembly', and the assembly must be one of the program's; a program that is trimmed must name the factory in code, with MuxDataSourceBuilder.UseProvider"
                : "that is no assembly-qualified name. It is 'namespace.type, assembly', such as 'MySqlConnector.MySqlConnectorFactory, MySqlConnector'",
            cause);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "As above.")]
    private static DbProviderFactory InstanceOf(string name, Type type)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy;
        if (!typeof(DbProviderFactory).IsAssignableFrom(type))
            throw Unusable(name, "it is no DbProviderFactory");
        var instance = type.GetField("Instance", Public)?.GetValue(null) ?? type.GetProperty("Instance", Public)?.GetValue(null);
        return instance switch
        {
            DbProviderFactory factory => factory,
            null => throw Unusable(name, "it has no public static field or property 'Instance', or nothing in it"),
            _ => throw Unusable(name, $"its 'Instance' is {instance.GetType()}, which is no DbProviderFactory"),
        };
    }

    private static ArgumentException Unusable(string name, string why, Exception? cause = null) =>
        new($"The connection-string option 'Provider={name}' cannot be used: {why}.", cause);
}
