using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.Tests;

/// <summary>A builder that knows some keywords and their defaults, and refuses all others, as those of MySqlConnector and MySql.Data do.</summary>
internal sealed class KeywordBuilder(params (string[] Names, object Default, string[]? Values)[] options) : DbConnectionStringBuilder
{
    [AllowNull]
    public override object this[string keyword]
    {
        get
        {
            var option = Find(keyword);
            return TryGetValue(option.Names[0], out var value) ? value : option.Default;
        }

        set
        {
            var option = Find(keyword);
            if (option.Values is { } values && !values.Contains((string)value!, StringComparer.OrdinalIgnoreCase))
                throw new ArgumentException($"Value '{value}' is not of the correct type.");
            base[option.Names[0]] = value;
        }
    }

    private (string[] Names, object Default, string[]? Values) Find(string keyword)
    {
        foreach (var option in options)
        {
            if (option.Names.Contains(keyword, StringComparer.OrdinalIgnoreCase))
                return option;
        }

        throw new ArgumentException($"Option '{keyword}' not supported.");
    }
}
