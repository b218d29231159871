using System.Globalization;

namespace MuxProvider.Twin;

/// <summary>
/// What differs between the two runs of a program, or between two programs: names of schemas and locks, so that the runs do
/// not meet on the server, and the ids that rows get. Texts have <c>{w}</c> and <c>{b}</c> for them.
/// </summary>
/// <param name="Tag">What the names of schemas and locks begin with. Equally long in both runs.</param>
/// <param name="Base">The first id that is generated is one more. Equal in both runs.</param>
internal sealed record RunNames(string Tag, long Base)
{
    /// <summary>The default schema of every handle.</summary>
    public string Main => Tag + "_main";

    /// <summary>Another schema, with tables of the same names.</summary>
    public string Other => Tag + "_other";

    /// <summary>Fills a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text as it is sent.</returns>
    public string Fill(string text) => text.Contains('{', StringComparison.Ordinal)
        ? text.Replace("{w}", Tag, StringComparison.Ordinal).Replace("{b}", Base.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        : text;

    /// <summary>Takes the run's own names out of an answer, so that answers can be compared.</summary>
    /// <param name="text">Part of an answer.</param>
    /// <returns>The same without them.</returns>
    public string Neutral(string text) => text.Replace(Tag, "{w}", StringComparison.Ordinal);
}
