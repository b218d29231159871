using System.Reflection;
using System.Text;

namespace MuxProvider.Tests;

/// <summary>Writes the public API down: one line for each type and member, in an order that does not depend on the compiler.</summary>
internal static class ApiText
{
    private static readonly NullabilityInfoContext s_nullability = new();

    // What changes how callers compile, trim or see it. The rest is the compiler's or the debugger's business.
    private static readonly string[] s_attributes =
    [
        "DefaultValue", "DisplayName", "EditorBrowsable", "Experimental", "Flags", "Obsolete", "RequiresDynamicCode", "RequiresUnreferencedCode",
        "UnsupportedOSPlatform",
    ];

    /// <summary>The API of some assemblies.</summary>
    public static string Of(IEnumerable<Assembly> assemblies)
    {
        var text = new StringBuilder();
        foreach (var assembly in assemblies)
        {
            text.Append("# ").Append(assembly.GetName().Name).Append('\n');
            foreach (var type in Assemblies.Types(assembly))
            {
                text.Append('\n').Append(TypeLine(type)).Append('\n');
                foreach (var line in Assemblies.Members(type).Select(MemberLine).Order(StringComparer.Ordinal))
                    text.Append("    ").Append(line).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static string TypeLine(Type type)
    {
        if (Assemblies.IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{Attributes(type)}delegate {ApiNames.Of(invoke.ReturnType)} {ApiNames.Of(type)}({Parameters(invoke)})";
        }

        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? Struct(type) : Class(type);
        var bases = type.IsEnum ? [ApiNames.Of(Enum.GetUnderlyingType(type))] : Bases(type).ToArray();
        return $"{Attributes(type)}{kind} {ApiNames.Of(type)}{(bases.Length == 0 ? "" : " : " + string.Join(", ", bases))}";
    }

    private static string Struct(Type type) =>
        (type.IsDefined(typeof(System.Runtime.CompilerServices.IsReadOnlyAttribute), false) ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct");

    private static string Class(Type type)
    {
        var kind = type.GetMethod("<Clone>$") is null ? "class" : "record";
        return type is { IsAbstract: true, IsSealed: true } ? "static " + kind : type.IsAbstract ? "abstract " + kind : type.IsSealed ? "sealed " + kind : kind;
    }

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            yield return ApiNames.Of(parent);
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var own = type.GetInterfaces().Where(contract => contract.IsVisible && !inherited.Contains(contract));
        foreach (var name in own.Select(ApiNames.Of).Order(StringComparer.Ordinal))
            yield return name;
    }

    private static string MemberLine(MemberInfo member) => Attributes(member) + member switch
    {
        FieldInfo { IsLiteral: true } constant => $"const {ApiNames.Of(constant.FieldType)} {constant.Name} = {Literal(constant.GetRawConstantValue())}",
        FieldInfo field => $"{Modifier(field.IsStatic, field.IsFamily)}{(field.IsInitOnly ? "readonly " : "")}{Type(s_nullability.Create(field))} {field.Name}",
        ConstructorInfo constructor => $"{(constructor.IsFamily ? "protected " : "")}{ApiNames.Simple(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo method => $"{Modifiers(method)}{Type(s_nullability.Create(method.ReturnParameter))} {method.Name}{Generic(method)}({Parameters(method)})",
        PropertyInfo property => Property(property),
        EventInfo happening => $"{Modifiers(happening.AddMethod!)}event {ApiNames.Of(happening.EventHandlerType!)} {happening.Name}",
        _ => throw new InvalidOperationException(member.ToString()),
    };

    private static string Property(PropertyInfo property)
    {
        var accessors = new StringBuilder();
        if (property.GetMethod is { } get && Assemblies.IsSeen(get))
            accessors.Append("get; ");
        if (property.SetMethod is { } set && Assemblies.IsSeen(set))
            accessors.Append(IsInit(set) ? "init; " : "set; ");
        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"this[{string.Join(", ", parameters.Select(Parameter))}]" : property.Name;
        var first = property.GetAccessors(true).First(Assemblies.IsSeen);
        var takesNull = property.SetMethod?.GetParameters()[^1].IsDefined(typeof(System.Diagnostics.CodeAnalysis.AllowNullAttribute), false) == true ? "[AllowNull] " : "";
        return $"{takesNull}{Modifiers(first)}{Type(s_nullability.Create(property))} {index} {{ {accessors}}}";
    }

    private static bool IsInit(MethodInfo set) =>
        set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));

    private static string Modifier(bool isStatic, bool isFamily) => (isFamily ? "protected " : "") + (isStatic ? "static " : "");

    private static string Modifiers(MethodInfo method)
    {
        var text = Modifier(method.IsStatic, method.IsFamily || method.IsFamilyOrAssembly);
        if (method.DeclaringType!.IsInterface)
            return text;
        if (method.GetBaseDefinition() != method || method.IsDefined(typeof(System.Runtime.CompilerServices.PreserveBaseOverridesAttribute), false))
            return text + (method.IsFinal ? "sealed override " : "override ");
        return method.IsAbstract ? text + "abstract " : method is { IsVirtual: true, IsFinal: false } ? text + "virtual " : text;
    }

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter.ParameterType.IsByRef ? parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "";
        var value = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue, parameter.ParameterType) : "";
        return $"{prefix}{Type(s_nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Type(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        var nullable = !type.IsValueType && info.ReadState == NullabilityState.Nullable || !type.IsValueType && info.WriteState == NullabilityState.Nullable && info.ReadState != NullabilityState.NotNull;
        if (type.IsArray && info.ElementType is { } element)
            return Type(element) + "[]" + (nullable ? "?" : "");
        var arguments = info.GenericTypeArguments;
        if (arguments.Length == 0 || Nullable.GetUnderlyingType(type) is not null || type.IsNested)
            return ApiNames.Of(type) + (nullable ? "?" : "");
        return $"{ApiNames.Bare(type)}<{string.Join(", ", arguments.Select(Type))}>{(nullable ? "?" : "")}";
    }

    private static string Literal(object? value, Type? type = null) => value switch
    {
        null => type is { IsValueType: true } && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        char letter => $"'\\u{(int)letter:x4}'",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };

    private static string Attributes(MemberInfo member)
    {
        var names = member.GetCustomAttributesData()
            .Select(data => (Name: data.AttributeType.Name.Replace("Attribute", "", StringComparison.Ordinal), Data: data))
            .Where(attribute => s_attributes.Contains(attribute.Name))
            .Select(attribute => attribute.Data.ConstructorArguments.Count == 0
                ? attribute.Name
                : $"{attribute.Name}({string.Join(", ", attribute.Data.ConstructorArguments.Select(argument => Literal(argument.Value)))})")
            .Order(StringComparer.Ordinal);
        return string.Concat(names.Select(name => $"[{name}] "));
    }
}
