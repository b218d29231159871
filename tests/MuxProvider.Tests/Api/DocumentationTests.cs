using System.Reflection;
using System.Xml.Linq;

namespace MuxProvider.Tests;

/// <summary>Every public type and member is documented, with what goes in and what comes out.</summary>
public class DocumentationTests
{
    private static IEnumerable<TestCaseData> Shipped() => Assemblies.All.Select(assembly => new TestCaseData(assembly).SetArgDisplayNames(assembly.GetName().Name!));

    [TestCaseSource(nameof(Shipped))]
    public void Every_public_type_and_member_has_a_summary(Assembly assembly)
    {
        var documented = Read(assembly);
        var missing = new List<string>();
        foreach (var type in Assemblies.Types(assembly))
        {
            var ofType = documented.GetValueOrDefault(DocumentationId.Of(type));
            if (!SaysSomething(ofType))
                missing.Add(DocumentationId.Of(type));
            missing.AddRange(
                from member in Assemblies.Members(type)
                where !SaysSomething(documented.GetValueOrDefault(DocumentationId.Of(member))) && !IsSaidByTheType(member, ofType)
                select DocumentationId.Of(member));
        }

        Assert.That(documented, Is.Not.Empty);
        Assert.That(missing, Is.Empty);
    }

    [TestCaseSource(nameof(Shipped))]
    public void Every_parameter_and_every_result_is_described(Assembly assembly)
    {
        var documented = Read(assembly);
        var missing = new List<string>();
        foreach (var method in Assemblies.Types(assembly).SelectMany(Assemblies.Members).OfType<MethodBase>())
        {
            var id = DocumentationId.Of(method);

            // What is inherited is described where it comes from; what has no entry is the other test's business.
            if (!documented.TryGetValue(id, out var entry) || entry.Element("inheritdoc") is not null)
                continue;
            missing.AddRange(
                from parameter in method.GetParameters()
                where !entry.Elements("param").Any(element => element.Attribute("name")?.Value == parameter.Name && HasText(element))
                select $"{id}: {parameter.Name}");
            if (method is MethodInfo { ReturnType: var result } && result != typeof(void) && !entry.Elements("returns").Any(HasText))
                missing.Add($"{id}: what it returns");
        }

        Assert.That(missing, Is.Empty);
    }

    private static Dictionary<string, XElement> Read(Assembly assembly) =>
        XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    private static bool SaysSomething(XElement? entry) =>
        entry is not null && (entry.Element("inheritdoc") is not null || (entry.Element("summary") is { } summary && HasText(summary)));

    private static bool HasText(XElement element) => !string.IsNullOrWhiteSpace(element.Value) || element.HasElements;

    // A constructor that nobody wrote, and what the parameters of a record stand for.
    private static bool IsSaidByTheType(MemberInfo member, XElement? ofType) => member switch
    {
        ConstructorInfo constructor => constructor.GetParameters().All(parameter => Describes(ofType, parameter.Name)),
        PropertyInfo property => Describes(ofType, property.Name),
        MethodInfo { Name: "Deconstruct" } => true,
        _ => false,
    };

    private static bool Describes(XElement? ofType, string? parameter) =>
        ofType?.Elements("param").Any(element => element.Attribute("name")?.Value == parameter && HasText(element)) == true;
}
