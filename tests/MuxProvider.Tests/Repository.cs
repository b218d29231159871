namespace MuxProvider.Tests;

/// <summary>The files of the repository, for tests of what they say.</summary>
internal static class Repository
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path from the root, with slashes.</param>
    /// <returns>The text.</returns>
    public static string Read(string path) => File.ReadAllText(Path.Combine([FindRoot(), .. path.Split('/')]));

    private static string FindRoot()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "MuxProvider.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder;
    }
}
