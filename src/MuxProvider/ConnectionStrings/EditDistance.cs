namespace MuxProvider;

/// <summary>How far two names are apart: single letters to change, insert or leave out (Levenshtein), ignoring case.</summary>
internal static class EditDistance
{
    /// <summary>The distance of two names.</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other name.</param>
    /// <param name="limit">From here on the exact distance does not matter.</param>
    /// <returns>The distance, at most <paramref name="limit"/>.</returns>
    public static int Between(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
            return limit;
        Span<int> row = stackalloc int[64];
        if (right.Length >= row.Length)
            return limit;
        for (var i = 0; i <= right.Length; i++)
            row[i] = i;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                var cost = Math.Min(diagonal + (same ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = cost;
            }
        }

        return Math.Min(row[right.Length], limit);
    }
}
