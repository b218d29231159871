using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <content>What people are told when a request was given up.</content>
internal sealed partial class MySqlLink
{
    // What is longer is not looked at: only its shape is told.
    private const int LongestHead = 4096;

    /// <inheritdoc/>
    public LinkGlance Look(Reply? reply)
    {
        var glance = new LinkGlance { UnreadBytes = CountUnread(), LastRead = Stopwatch.GetElapsedTime(_session.Source.LastRead), HeadAge = _pace.HeadAge };
        lock (_gate)
        {
            glance = glance with { Unsent = _pipeline.Depth - _pipeline.InFlight, HeadText = TextOf(_pipeline.Head) };
            var ahead = 0;
            for (var each = _pipeline.Head; each is not null; each = each.Next, ahead++)
            {
                if (reply is not null && (each.Owner ?? each) == reply)
                    return glance with { Ahead = ahead, SentAgo = Stopwatch.GetElapsedTime(each.SentAt) };
            }

            for (var each = _pipeline.FirstUnsent; each is not null; each = each.Next)
            {
                if (each == reply)
                    return glance with { IsUnsent = true };
            }
        }

        return glance;
    }

    private int CountUnread()
    {
        try
        {
            return _session.Socket.Available;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The link is gone.
            return 0;
        }
    }

    private static string? TextOf(MySqlReply? head)
    {
        if (head is null)
            return null;
        if (head.IsExecution)
            return head.Concern!.Key.Text;
        var bytes = head.Request.WrittenSpan;
        return bytes.Length is > Packets.HeaderLength + 1 and < LongestHead && bytes[Packets.HeaderLength] == (byte)CommandCode.Query
            ? Encoding.UTF8.GetString(bytes[(Packets.HeaderLength + 1)..])
            : null;
    }
}
