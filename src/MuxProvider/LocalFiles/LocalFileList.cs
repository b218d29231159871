namespace MuxProvider;

/// <summary>The files and folders that servers may read, by what they really are. Immutable; any thread may ask.</summary>
/// <param name="paths">The paths, as they were named.</param>
internal sealed class LocalFileList(IEnumerable<string> paths)
{
    // As many links in a row are taken for a circle.
    private const int MostLinks = 40;

    private readonly string[] _paths = [.. paths.Select(Path.GetFullPath)];

    /// <summary>Nothing.</summary>
    public static LocalFileList None { get; } = new([]);

    /// <summary>Whether there is nothing on the list.</summary>
    public bool IsEmpty => _paths.Length == 0;

    /// <summary>Looks for a file.</summary>
    /// <param name="name">What a server asks for.</param>
    /// <returns>The file to be opened, without links; null where it is not on the list.</returns>
    public string? Find(string name)
    {
        if (IsEmpty || Real(name) is not { } file)
            return null;
        foreach (var path in _paths)
        {
            if (Real(path) is { } allowed && (file == allowed || file.StartsWith(Path.TrimEndingDirectorySeparator(allowed) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
                return file;
        }

        return null;
    }

    private static string? Real(string path)
    {
        try
        {
            var links = 0;
            return Real(Path.GetFullPath(path), ref links);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // Every part of a path may be a link.
    private static string Real(string path, ref int links)
    {
        var root = Path.GetPathRoot(path)!;
        var real = root;
        foreach (var part in path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new FileInfo(real).LinkTarget is not { } target)
                continue;
            if (++links > MostLinks)
                throw new IOException($"Too many links in '{path}'.");
            real = Real(Path.GetFullPath(target, Path.GetDirectoryName(real) ?? root), ref links);
        }

        return real;
    }
}
