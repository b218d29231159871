namespace MuxProvider.Multiplexing.Tests;

internal sealed class LearnedRoutinesTests
{
    private readonly LearnedRoutines _learned = new();

    [SetUp]
    public void Forget() => _learned.Forget();

    [Test]
    public void A_statement_is_unknown_at_first_and_then_what_its_run_showed()
    {
        Assert.That(_learned.IsClean("s", "SELECT f (?)"), Is.Null);
        _learned.Add("s", "SELECT f (?)", isClean: true);
        Assert.That(_learned.IsClean("s", "SELECT f (?)"), Is.True);
        Assert.That(_learned.IsClean("other", "SELECT f (?)"), Is.Null, "another schema has another f");
        Assert.That(_learned.HasStateful, Is.False);
    }

    [Test]
    public void Once_stateful_it_stays_so()
    {
        _learned.Add("s", "q", isClean: true);
        _learned.Add("s", "q", isClean: false);
        _learned.Add("s", "q", isClean: true);
        Assert.That(_learned.IsClean("s", "q"), Is.False);
        Assert.That(_learned.HasStateful, Is.True);
    }

    [Test]
    public void It_does_not_grow_without_end()
    {
        for (var i = 0; i < 10_000; i++)
            _learned.Add("s", $"q{i}", isClean: i % 2 == 0);
        Assert.That(Enumerable.Range(0, 10_000).Count(i => _learned.IsClean("s", $"q{i}") is not null), Is.LessThanOrEqualTo(4096));
    }
}
