using BenchmarkDotNet.Attributes;
using MuxProvider.Multiplexing;

namespace MuxProvider.Benchmarks;

/// <summary>What does it cost to judge a statement's text, the first time and every time after?</summary>
[MemoryDiagnoser]
public class ClassifyStatement
{
    private const string Text = "SELECT o.id, o.total, c.name FROM orders o JOIN customer c ON c.id = o.customer WHERE o.id = @id AND o.state IN ('new', 'paid') ORDER BY o.id LIMIT 10";

    private const string VersionComments = "SELECT /*!50000 STRAIGHT_JOIN */ o.id, o.total, c.name FROM orders o JOIN customer c ON c.id = o.customer WHERE o.id = @id";

    private static readonly ServerDialect s_dialect = new(IsMariaDb: true, 101119);
    private readonly StatementCache _cache = new();

    [Benchmark(Baseline = true)]
    public object Cached() => _cache.Get(Text, SqlModes.None);

    [Benchmark]
    public object Parsed() => StatementParser.Parse(Text, SqlModes.None);

    [Benchmark]
    public object ParsedInEveryWay() => StatementParser.Parse(VersionComments, SqlModes.None, s_dialect);

    [Benchmark]
    public object Digest() => StatementDigest.Of(Text, SqlModes.None);
}
