using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MuxProvider.Conformance;

/// <summary>What cannot be true over another provider, because of that provider. The fewer the better.</summary>
/// <param name="Provider">The provider, as <see cref="Underneath"/> names it; null for all.</param>
/// <param name="Tests">A pattern of the tests' full names.</param>
/// <param name="Reason">Why.</param>
internal sealed record Exclusion(string? Provider, string Tests, string Reason)
{
    private static readonly ImmutableArray<Exclusion> s_all =
    [
    ];

    /// <summary>Why the test of now is left out.</summary>
    /// <returns>The reason; null where it runs.</returns>
    public static string? Find()
    {
        var name = TestContext.CurrentContext.Test.FullName;
        return Underneath.Name is not { } provider
            ? null
            : s_all.FirstOrDefault(exclusion => (exclusion.Provider ?? provider) == provider && Regex.IsMatch(name, exclusion.Tests))?.Reason;
    }
}
