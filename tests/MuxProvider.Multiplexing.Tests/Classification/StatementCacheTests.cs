namespace MuxProvider.Multiplexing.Tests;

/// <summary>What the cache keeps, forgets and promises to concurrent callers.</summary>
[TestFixture]
public sealed class StatementCacheTests
{
    [Test]
    public void The_same_text_is_parsed_once()
    {
        var cache = new StatementCache();
        var first = cache.Get("SELECT 1", SqlModes.None);
        Assert.That(cache.Get(string.Concat("SELECT", " 1"), SqlModes.None), Is.SameAs(first));
        Assert.That(cache.Count, Is.EqualTo(1));
    }

    [Test]
    public void Modes_belong_to_the_key()
    {
        var cache = new StatementCache();
        var plain = cache.Get("SELECT \"@a\"", SqlModes.None);
        var ansi = cache.Get("SELECT \"@a\"", SqlModes.AnsiQuotes);
        Assert.That(ansi, Is.Not.SameAs(plain));
        Assert.That(cache.Get("SELECT \"@a\"", SqlModes.None), Is.SameAs(plain));
    }

    [Test]
    public void Another_dialect_forgets_what_was_parsed_for_the_former()
    {
        const string text = "SELECT /*!80000 @a, */ @b";
        var cache = new StatementCache();
        Assert.That(cache.Get(text, SqlModes.None).Traits.PinReasons & PinReasons.Unknown, Is.EqualTo(PinReasons.Unknown));

        cache.Dialect = new ServerDialect(IsMariaDb: false, 90704);
        var parsed = cache.Get(text, SqlModes.None);
        Assert.That(parsed.Text.Markers, Has.Length.EqualTo(2));

        cache.Dialect = new ServerDialect(IsMariaDb: false, 90704);
        Assert.That(cache.Get(text, SqlModes.None), Is.SameAs(parsed));

        cache.Dialect = new ServerDialect(IsMariaDb: true, 101119);
        Assert.That(cache.Get(text, SqlModes.None).Text.Markers, Has.Length.EqualTo(1));
        Assert.That(cache.Count, Is.EqualTo(1));
    }

    [Test]
    public void Long_texts_are_parsed_for_the_dialect_too()
    {
        var cache = new StatementCache { Dialect = new ServerDialect(IsMariaDb: false, 90704) };
        var text = "SELECT /*!80000 @a, */ @b" + new string(' ', StatementCache.LongestText);
        Assert.That(cache.Get(text, SqlModes.None).Text.Markers, Has.Length.EqualTo(2));
    }

    [Test]
    public void A_text_is_compared_with_its_case()
    {
        var cache = new StatementCache();
        Assert.That(cache.Get("select 'A'", SqlModes.None), Is.Not.SameAs(cache.Get("select 'a'", SqlModes.None)));
    }

    [Test]
    public void A_hit_allocates_nothing()
    {
        var cache = new StatementCache(8);
        const string text = "SELECT * FROM t WHERE id = @id";
        cache.Get(text, SqlModes.None);

        // Pushes the text into the old generation, where a hit must not allocate either.
        for (var i = 0; i < 5; i++)
            cache.Get($"SELECT {i}", SqlModes.None);
        var expected = cache.Get(text, SqlModes.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            cache.Get(text, SqlModes.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);
        Assert.That(cache.Get(text, SqlModes.None), Is.SameAs(expected));
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(10)]
    [TestCase(100)]
    public void It_never_holds_more_than_its_capacity(int capacity)
    {
        var cache = new StatementCache(capacity);
        for (var i = 0; i < capacity * 5; i++)
        {
            cache.Get($"SELECT {i}", SqlModes.None);
            Assert.That(cache.Count, Is.LessThanOrEqualTo(capacity));
        }
    }

    [Test]
    public void What_is_in_use_survives_a_flood()
    {
        var cache = new StatementCache(100);
        var kept = cache.Get("SELECT 'kept'", SqlModes.None);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Get($"SELECT {i}", SqlModes.None);
            if (i % 10 == 0)
                Assert.That(cache.Get("SELECT 'kept'", SqlModes.None), Is.SameAs(kept));
        }
    }

    [Test]
    public void What_is_not_in_use_is_forgotten()
    {
        var cache = new StatementCache(100);
        var gone = cache.Get("SELECT 'gone'", SqlModes.None);
        for (var i = 0; i < 200; i++)
            cache.Get($"SELECT {i}", SqlModes.None);
        Assert.That(cache.Get("SELECT 'gone'", SqlModes.None), Is.Not.SameAs(gone));
    }

    [Test]
    public void Long_texts_are_not_kept()
    {
        var cache = new StatementCache();
        var longest = new string(' ', StatementCache.LongestText);
        cache.Get(longest + " ", SqlModes.None);
        Assert.That(cache.Count, Is.Zero);
        cache.Get(longest, SqlModes.None);
        Assert.That(cache.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_capacity_below_two_is_refused() => Assert.That(() => new StatementCache(1), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Many_threads_get_correct_answers_within_the_bound()
    {
        var cache = new StatementCache(50);
        using var start = new Barrier(8);
        var tooMany = 0;
        var wrong = 0;
        var threads = Enumerable.Range(0, 8).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            start.SignalAndWait();
            for (var i = 0; i < 5_000; i++)
            {
                var number = random.Next(200);
                var text = number % 2 == 0 ? $"SELECT {number}" : $"SET @a = {number}";
                var parsed = cache.Get(text, SqlModes.None);
                if (parsed.Text.Text != text || parsed.Traits.Placement != (number % 2 == 0 ? Placement.Float : Placement.Pin))
                    Interlocked.Increment(ref wrong);

                if (i % 100 == 0 && cache.Count > 50)
                    Interlocked.Increment(ref tooMany);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Multiple(() =>
        {
            Assert.That(wrong, Is.Zero);
            Assert.That(tooMany, Is.Zero);
            Assert.That(cache.Count, Is.LessThanOrEqualTo(50));
        });
    }

    [Test]
    public void Threads_that_ask_for_the_same_new_text_get_the_same_object()
    {
        for (var round = 0; round < 50; round++)
        {
            var cache = new StatementCache();
            using var start = new Barrier(4);
            var answers = new ParsedStatement[4];
            var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                answers[i] = cache.Get("SELECT 1", SqlModes.None);
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            Assert.That(answers, Has.All.SameAs(answers[0]));
        }
    }
}
