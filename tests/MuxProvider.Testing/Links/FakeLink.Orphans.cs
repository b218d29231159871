using System.Text;
using MuxProvider.Links;

namespace MuxProvider.Testing;

/// <content>What became of requests whose callers went away, by the rules of a native link.</content>
public sealed partial class FakeLink
{
    /// <inheritdoc/>
    public long? Orphan
    {
        get
        {
            lock (_gate)
                return OrphanOfNow() is { } orphan ? _taken.IndexOf(orphan) : null;
        }
    }

    /// <summary>What the test says; nothing can be said where it says nothing.</summary>
    public LinkSilence Silence { get; set; }

    /// <summary>What <see cref="Look"/> sees; null for nothing.</summary>
    public LinkGlance? Glance { get; set; }

    /// <inheritdoc/>
    public LinkGlance? Look(Reply? reply) => Glance;

    /// <summary>How often the link was doubted.</summary>
    public int Doubts { get; private set; }

    /// <inheritdoc/>
    public bool IsOrphan(long number, ReadOnlySpan<byte> command, ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text);
        lock (_gate)
            return OrphanOfNow() is { } orphan && _taken.IndexOf(orphan) == number && orphan.Text == shown && _pending.Count(request => request.Text == shown) == 1;
    }

    /// <inheritdoc/>
    public void Doubt() => Doubts++;

    private FakeRequest? OrphanOfNow() =>
        _pending is [{ Terms: { MayBeKilled: true, OnLease: false }, IsSent: true, Reply: { IsCompleted: true, Abandonment: not Abandonment.None } } head, ..] ? head : null;
}
