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
        new(
            null,
            @"\.(A_decimal_that_is_too_large_says_which_column_it_is|Numbers_of_any_size_come_as_BigInteger)$",
            "The provider underneath gives numbers of .NET, not digits: what decimal does not hold it refuses itself."),
        new(
            "mysqldata",
            @"\.Errors_of_the_server_are_a_DbException_and_leave_the_connection_usable\(",
            "MySql.Data keeps no SQLSTATE; AdoNet.Tests try the rest of it."),
        new(
            "mysqldata",
            @"\.(The_schema_knows_the_type_of_every_kind_of_column|Type_and_name_follow_from_the_column_and_every_indexer_agrees|A_prepared_command_reads_the_same_values_of_the_same_types)\(c_(enum|set)\)$",
            "MySql.Data takes ENUM and SET for VARCHAR."),
        new(
            "mysqldata",
            @"\.Both_forms_say_the_same_of_a_column\(""small""",
            "MySql.Data does not tell which columns are unique."),
        new(
            "mysqldata",
            @"\.Markers_find_their_parameters\(""SELECT @a # \?",
            "MySql.Data takes a question mark in a comment for a parameter."),
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
