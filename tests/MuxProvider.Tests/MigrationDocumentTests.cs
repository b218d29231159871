using System.Reflection;
using System.Text.RegularExpressions;

namespace MuxProvider.Tests;

/// <summary>docs/migrating-from-mysqlconnector.md names what there is.</summary>
public sealed partial class MigrationDocumentTests
{
    private static readonly string s_document = Repository.Read("docs/migrating-from-mysqlconnector.md");

    [Test]
    public void Every_type_that_the_document_names_exists()
    {
        var types = typeof(MuxConnection).Assembly.GetExportedTypes().Select(static type => type.Name).ToHashSet(StringComparer.Ordinal);
        var named = TypeName().Matches(s_document).Select(static match => match.Value).Distinct().ToList();
        Assert.That(named, Has.Count.GreaterThan(15));
        Assert.That(named.Where(name => !types.Contains(name)), Is.Empty);
    }

    [Test]
    public void Every_member_that_the_document_names_exists()
    {
        var named = Member().Matches(s_document).Select(static match => (Type: match.Groups[1].Value, Name: match.Groups[2].Value)).Distinct().ToList();
        Assert.That(named, Has.Count.GreaterThan(2));
        Assert.That(named.Where(static member => Type.GetType($"MuxProvider.{member.Type}, MuxProvider")?.GetMember(member.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Length is null or 0), Is.Empty);
    }

    [Test]
    public void Every_option_that_the_document_names_exists()
    {
        var table = s_document[s_document.IndexOf("## Options", StringComparison.Ordinal)..];
        var rows = table.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Split('|')[1]);
        var named = rows.SelectMany(static row => Quoted().Matches(row).Select(static match => match.Groups[1].Value.Split('=')[0])).ToList();
        Assert.That(named, Has.Count.GreaterThan(15));
        Assert.That(named.Where(static name => OptionTable.Find(name) is null), Is.Empty);
    }

    [GeneratedRegex(@"\bMux[A-Z][A-Za-z]+\b(?<!MuxProvider)")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\b(Mux[A-Z][A-Za-z]+)\.([A-Z][A-Za-z]+)")]
    private static partial Regex Member();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
