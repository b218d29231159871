using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <content>
/// Statements that may run prepared. Nobody waits for a statement to be prepared: until it is, it runs as text. What has to find
/// settings that the link is not known to have runs as text, too: a text stops where its prefix is refused, an execution would not.
/// </content>
internal sealed partial class MySqlLink
{
    /// <inheritdoc/>
    public Reply Prepare(Statement statement, in Terms terms)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (terms.Settings is not { } settings || statement.HasUserVariables || !_pipeline.Prepared.IsEnabled)
            return Ping(terms);
        var reply = Question(statement);
        PreparedStatement prepared;
        bool isReady;
        lock (_gate)
        {
            prepared = _pipeline.Prepared.Want(new PreparedStatementKey(statement.Text.Text, settings), statement.Text.Markers.Length, out var evicted);
            _pipeline.CloseStatement(evicted);
            isReady = prepared.State == PreparedState.Ready;
        }

        if (isReady)
        {
            reply.Discard(_transport);
            return Ping(terms);
        }

        reply.Begin(_transport, _session.Capabilities, RequestKind.Preparation, terms);
        reply.Concerns(prepared);
        Enqueue(reply);
        return reply;
    }

    // Null where the statement has to be submitted as text, which it may be at once.
    private Reply? SubmitPrepared(Statement statement, in Terms terms)
    {
        if (terms.Settings is not { } settings || terms is not { GeneratedId: null, Before: null, Begin: null, Leaves: null }
            || statement.HasUserVariables || !_pipeline.Prepared.IsEnabled)
        {
            _transport.Preparations.FellBack();
            return null;
        }

        var key = new PreparedStatementKey(statement.Text.Text, settings);
        PreparedStatement? prepared;
        PreparedUse use;
        lock (_gate)
        {
            var isSettled = _pipeline.FindsSettings(settings);
            if (!isSettled && terms.OnLease)
            {
                // Its question would have to stand in front, where the settings are not there yet.
                (use, prepared) = (PreparedUse.Text, null);
            }
            else
            {
                use = _pipeline.Prepared.Use(key, statement.Text.Markers.Length, out prepared, out var evicted);
                _pipeline.CloseStatement(evicted);
                if (use == PreparedUse.Execute && !isSettled)
                    use = PreparedUse.Text;
            }
        }

        if (use == PreparedUse.Execute)
            return Execute(statement, terms, prepared!);
        _transport.Preparations.FellBack();
        return use == PreparedUse.Prepare ? SubmitAndPrepare(statement, terms, prepared!) : null;
    }

    private MySqlReply Execute(Statement statement, in Terms terms, PreparedStatement prepared)
    {
        var reply = _transport.Replies.Get();
        try
        {
            (reply.ReplySequence, var largest) = PreparedCommands.WriteExecute(reply.Request, prepared.Id, statement.Values, terms.Literals);
            ThrowIfTooLarge(largest);
        }
        catch
        {
            reply.Discard(_transport);
            throw;
        }

        reply.Begin(_transport, _session.Capabilities, RequestKind.Statement, terms);
        reply.Concerns(prepared);
        Enqueue(reply);
        return reply;
    }

    // On a lease the question goes first: behind the statement it would overwrite what the session remembers of it. On a shared link
    // nobody looks there, and the statement need not wait.
    private MySqlReply SubmitAndPrepare(Statement statement, in Terms terms, PreparedStatement prepared)
    {
        MySqlReply reply;
        try
        {
            reply = WriteText(statement, terms);
        }
        catch
        {
            FlushState claimed;
            lock (_gate)
            {
                _pipeline.Prepared.Withdraw(prepared);
                claimed = ClaimFlush(isLarge: false);
            }

            FlushAs(claimed);
            throw;
        }

        var question = Question(statement);
        question.BeginPrepare(_transport, _session.Capabilities, prepared, terms);
        if (terms.OnLease)
            Enqueue(question, reply);
        else
            Enqueue(reply, question);
        return reply;
    }

    private MySqlReply Question(Statement statement)
    {
        var question = _transport.Replies.Get();
        var start = Packets.Begin(question.Request);
        question.Request.WriteByte((byte)CommandCode.StatementPrepare);
        statement.WritePreparableTo(question.Request);
        try
        {
            // A server that is sent more gives the link up, with everybody on it.
            ThrowIfTooLarge(question.Request.Length - Packets.HeaderLength);
        }
        catch
        {
            question.Discard(_transport);
            throw;
        }

        question.ReplySequence = Packets.End(question.Request, start, 0);
        return question;
    }

    private void ThrowIfTooLarge(int length)
    {
        if (length >= Facts.MaxAllowedPacket)
        {
            throw new LinkException(
                LinkFailureKind.PacketTooLarge,
                Delivery.NotSent,
                $"The statement has {length:N0} bytes, but the server takes at most {Facts.MaxAllowedPacket:N0} (max_allowed_packet). Nothing was sent. Send less at once, or raise max_allowed_packet on the server.");
        }
    }
}
