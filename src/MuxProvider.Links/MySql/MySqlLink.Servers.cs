using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <content>Errors that tell of the server rather than of their statement. The reader's thread.</content>
internal sealed partial class MySqlLink
{
    // The answer itself is its handle's, as always.
    private void HeedError(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload[0] != ErrPacket.Header || !_transport.Options.AsksRoles
            || TargetRule.Demotion(_transport.Options.Target, ErrPacket.Read(payload)) is not { } role)
            return;
        _transport.ServerList.Learned(Facts.Server, role);
        _observer.OnDemoted(this);
    }
}
