using MuxProvider.Links;

namespace MuxProvider.Testing;

/// <summary>The servers of a <see cref="FakeTransport"/>, as the test says. Used by one thread at a time.</summary>
/// <param name="transport">Opens the links.</param>
/// <param name="count">How many there are.</param>
public sealed class FakeServers(FakeTransport transport, int count) : IServerSet
{
    /// <summary>What servers are asked.</summary>
    public const string Question = "SELECT role";

    private readonly int[] _ranks = new int[count];
    private readonly bool[] _isMisfit = new bool[count];
    private readonly Dictionary<int, IReadOnlyCollection<string>> _addresses = [];

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public bool AreChecked { get; set; } = true;

    /// <summary>Servers that are worth a try; taken with the next check.</summary>
    public List<int> Due { get; } = [];

    /// <summary>Servers that were tried, with the time they had.</summary>
    public List<(int Server, TimeSpan Timeout)> Probes { get; } = [];

    /// <summary>Says how well a server suits.</summary>
    public void SetRank(int server, int rank) => _ranks[server] = rank;

    /// <summary>Says whether links to a server may be kept.</summary>
    public void SetMisfit(int server, bool isMisfit = true) => _isMisfit[server] = isMisfit;

    /// <summary>Says what a server's name means.</summary>
    public void SetAddresses(int server, params string[] addresses) => _addresses[server] = addresses;

    /// <inheritdoc/>
    public StatementText QuestionFor(LinkFacts facts) => new(Question, []);

    /// <inheritdoc/>
    public bool Learn(LinkFacts facts, Reply answer)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Failure is not null || !_isMisfit[facts.Server];
    }

    /// <inheritdoc/>
    public int RankOf(int server) => _ranks[server];

    /// <inheritdoc/>
    public IReadOnlyList<int> TakeDue()
    {
        int[] due = [.. Due];
        Due.Clear();
        return due;
    }

    /// <inheritdoc/>
    public void BeginProbe(ILinkObserver observer, int server, TimeSpan timeout)
    {
        Probes.Add((server, timeout));
        transport.BeginOpen(observer, timeout, server);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<string>?> ResolveAsync(int server) => Task.FromResult(_addresses.GetValueOrDefault(server));
}
