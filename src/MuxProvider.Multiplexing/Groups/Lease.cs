using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>Exclusive possession of a link by one handle. Given back once; a lease that was lost by its handle is given back by the collector.</summary>
internal sealed class Lease
{
    private readonly LinkGroup _group;
    private readonly GroupMember _member;
    private int _isReturned;

    public Lease(LinkGroup group, GroupMember member)
    {
        _group = group;
        _member = member;
    }

    /// <summary>Nobody can vouch for a session whose handle was forgotten.</summary>
    ~Lease() => Return(LeaseEnd.Discard);

    /// <summary>The link.</summary>
    public ILink Link => _member.Link;

    /// <summary>The link stays with the handle although its lease began with a floating statement: the session is not clean.</summary>
    public void Adopt()
    {
        _group.ForgetPromotion(_member);
        Link.Adopt();
    }

    /// <summary>Says what pins it, for those who wait and want to know why.</summary>
    /// <param name="reasons">The reasons.</param>
    /// <param name="note">What the application says of it; null to leave what it said.</param>
    public void Explain(PinReasons reasons, string? note = null)
    {
        _member.Reasons = reasons;
        _member.Note = note ?? _member.Note;
    }

    /// <summary>Gives the link back.</summary>
    /// <param name="end">What the session carries of its handle.</param>
    public void Return(LeaseEnd end)
    {
        if (Interlocked.Exchange(ref _isReturned, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        _group.Return(_member, end);
    }
}
