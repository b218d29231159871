namespace MuxProvider.Tests;

/// <summary>What a server may read of this computer.</summary>
public sealed class LocalFileListTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("mux").FullName;
        Directory.CreateDirectory(In("open/deep"));
        Directory.CreateDirectory(In("openly"));
        foreach (var file in (string[])["open/a", "open/deep/b", "openly/c", "secret"])
            File.WriteAllText(In(file), file);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("open/a", true)]
    [TestCase("open/deep/b", true)]
    [TestCase("open/deep/../a", true)]
    [TestCase("open/missing", true)]
    [TestCase("openly/c", false)]
    [TestCase("secret", false)]
    [TestCase("open/../secret", false)]
    [TestCase("open", true)]
    [TestCase("", false)]
    public void A_folder_allows_what_is_in_it(string file, bool allowed) => Check([In("open") + Path.DirectorySeparatorChar], file, allowed);

    [TestCase("secret", true)]
    [TestCase("secret/x", true)]
    [TestCase("open/a", false)]
    public void A_file_allows_itself(string file, bool allowed) => Check([In("secret")], file, allowed);

    [Test]
    public void Nothing_allows_nothing() => Assert.That(LocalFileList.None.Find(In("secret")), Is.Null);

    [Test]
    public void A_link_counts_as_what_it_leads_to()
    {
        File.CreateSymbolicLink(In("open/out"), In("secret"));
        Directory.CreateSymbolicLink(In("open/up"), _folder);
        File.CreateSymbolicLink(In("open/in"), In("open/a"));
        Directory.CreateSymbolicLink(In("other"), In("open"));
        File.CreateSymbolicLink(In("open/circle"), In("open/circle"));
        foreach (var (file, allowed) in new[] { ("open/out", false), ("open/up/secret", false), ("open/in", true), ("other/a", true), ("open/circle", false) })
            Check([In("open")], file, allowed);
        Check([In("other")], "open/a", true);
    }

    private void Check(string[] paths, string file, bool allowed)
    {
        var found = new LocalFileList(paths).Find(file.Length == 0 ? "" : In(file));
        Assert.That(found is not null, Is.EqualTo(allowed), file);
        if (found is not null)
            Assert.That(found, Does.StartWith(_folder));
    }

    private string In(string path) => Path.Combine(_folder, path);
}
