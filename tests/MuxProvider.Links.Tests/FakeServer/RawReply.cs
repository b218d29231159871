using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.Tests;

/// <summary>One reply as it came, packet by packet.</summary>
internal sealed record RawReply(IReadOnlyList<(ReplyPacket Kind, byte Sequence, byte[] Payload)> Packets, ReplyEvidence Evidence)
{
    public ErrPacket? Error => Packets[^1].Kind == ReplyPacket.Error ? ErrPacket.Read(Packets[^1].Payload) : null;

    public string[] Columns => [.. Of(ReplyPacket.Column).Select(payload => ColumnDefinition.Read(payload).Name)];

    public string?[][] Rows => [.. Of(ReplyPacket.Row).Select(Cells)];

    public byte[] Sequences => [.. Packets.Select(packet => packet.Sequence)];

    private IEnumerable<byte[]> Of(ReplyPacket kind) => Packets.Where(packet => packet.Kind == kind).Select(packet => packet.Payload);

    private static string?[] Cells(byte[] payload)
    {
        var cells = new List<string?>();
        var reader = new PacketReader(payload);
        while (reader.Remaining > 0)
        {
            if (reader.Rest[0] == 0xFB)
            {
                reader.ReadByte();
                cells.Add(null);
            }
            else
            {
                cells.Add(Encoding.UTF8.GetString(reader.ReadLengthEncodedBytes()));
            }
        }

        return [.. cells];
    }
}
