using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.Tests;

public sealed class LocalReplyTests
{
    private static readonly ColumnDefinition[] s_columns = [ColumnDefinition.VarChar("Level", 7), ColumnDefinition.UnsignedInt("Code")];

    [Test]
    public async Task An_OK_is_done_from_the_start()
    {
        using var reply = LocalReply.Ok();
        Assert.That((reply.IsCompleted, reply.Failure, reply.Abandonment, reply.Delivery), Is.EqualTo((true, (LinkException?)null, Abandonment.None, Delivery.Answered)));
        await reply.Completion;
        Assert.That((reply.Evidence, reply.IsSurprise, reply.HadPrefix), Is.EqualTo((default(ReplyEvidence), false, false)));
        Assert.That((reply.TryPeekCell(out _), reply.HasRows, reply.NextResult()), Is.EqualTo((false, false, ReplyItem.Done)));
        Assert.That((reply.AffectedRows, reply.LastInsertId, reply.Warnings, reply.Columns.Count), Is.EqualTo((0UL, 0UL, (ushort)0, 0)));
        Assert.That((reply.NextResult(), reply.NextResult(), reply.Error), Is.EqualTo((ReplyItem.End, ReplyItem.End, (ErrPacket?)null)));
    }

    [Test]
    public void Rows_are_read_like_those_of_a_server()
    {
        using var reply = LocalReply.Rows(s_columns, [["Note", "1051"], [null, "ü"]]);
        Assert.That(reply.TryPeekCell(out var peeked), Is.True);
        Assert.That(Encoding.UTF8.GetString(peeked), Is.EqualTo("Note"));
        Assert.That((reply.Columns.Count, reply.NextResult(), reply.HasRows), Is.EqualTo((0, ReplyItem.Rows, true)));
        Assert.That(reply.Columns, Is.EqualTo(s_columns));
        Assert.That((reply.ReadRow(), reply.IsNull(0), Encoding.UTF8.GetString(reply.GetCell(1))), Is.EqualTo((true, false, "1051")));
        Assert.That((reply.ReadRow(), reply.IsNull(0), reply.GetCell(0).Length, Encoding.UTF8.GetString(reply.GetCell(1))), Is.EqualTo((true, true, 0, "ü")));
        Assert.That((reply.HasRows, reply.ReadRow(), reply.ReadRow(), reply.NextResult()), Is.EqualTo((false, false, false, ReplyItem.End)));
    }

    [Test]
    public void Rows_that_are_left_are_passed_over()
    {
        using var reply = LocalReply.Rows(s_columns, [["a", "1"], ["b", "2"]]);
        Assert.That((reply.NextResult(), reply.ReadRow(), reply.NextResult(), reply.ReadRow(), reply.HasRows), Is.EqualTo((ReplyItem.Rows, true, ReplyItem.End, false, false)));
    }

    [Test]
    public void A_result_may_have_no_rows_or_begin_with_NULL()
    {
        using var none = LocalReply.Rows(s_columns, []);
        Assert.That((none.TryPeekCell(out _), none.NextResult(), none.HasRows, none.ReadRow()), Is.EqualTo((false, ReplyItem.Rows, false, false)));
        using var nulls = LocalReply.Rows(s_columns, [[null, null]]);
        Assert.That(nulls.TryPeekCell(out _), Is.False);
    }

    [Test]
    public void Rows_and_columns_have_to_fit()
    {
        Assert.That(() => LocalReply.Rows(s_columns, [["a"]]), Throws.ArgumentException);
        Assert.That(() => LocalReply.Rows([], []), Throws.ArgumentException);
    }

    [Test]
    public void Nobody_can_abandon_what_is_there_and_giving_it_back_does_no_harm()
    {
        var reply = LocalReply.Ok();
        Assert.That((reply.Abandon(Abandonment.Cancelled), reply.Abandonment), Is.EqualTo((false, Abandonment.None)));
        reply.Dispose();
        reply.Dispose();
    }
}
