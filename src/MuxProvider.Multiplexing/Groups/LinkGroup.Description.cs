using System.Globalization;
using System.Text;

namespace MuxProvider.Multiplexing;

/// <content>What people are told.</content>
internal sealed partial class LinkGroup
{
    /// <summary>What the links do, in one line.</summary>
    public override string ToString()
    {
        lock (_gate)
            return Describe();
    }

    /// <summary>What most of the links are leased for, where there may be no more of them; "" where there may.</summary>
    public string Exhaustion
    {
        get
        {
            lock (_gate)
            {
                if (_members.Count < Options.MaxLinks)
                    return "";
                var top = _members.Values
                    .Where(static member => member.Role == LinkRole.Leased)
                    .GroupBy(static member => member.Reasons)
                    .MaxBy(static group => group.Count());
                return top is null ? "" : $"Cause: lease exhaustion, most of all by {(top.Key == PinReasons.None ? "single statements" : top.Key)}. ";
            }
        }
    }

    private string Describe()
    {
        var text = new StringBuilder();
        var leased = _members.Values.Where(static member => member.Role == LinkRole.Leased).ToList();
        text.Append(CultureInfo.InvariantCulture, $"{_members.Count} of at most {Options.MaxLinks} links to {_hostKey.Endpoints}: {_shared.Count} shared, {leased.Count} leased");
        var reasons = leased
            .Select(static member => (member.Reasons, member.Note))
            .GroupBy(static reason => reason)
            .OrderByDescending(static group => group.Count())
            .Select(static group => $"{(group.Key.Reasons == PinReasons.None ? "one statement" : group.Key.Reasons)}{(group.Key.Note is { } note ? $" '{note}'" : "")} {group.Count()}");
        var list = string.Join("; ", reasons);
        if (list.Length > 0)
            text.Append(" (").Append(list).Append(')');
        text.Append(CultureInfo.InvariantCulture, $", {_parked.Count} parked, {_opening} opening, {_waiting.Leases} waiting for a lease");
        return text.ToString();
    }
}
