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
        PreparedStatement prepared;
        uint? evicted;
        bool isReady;
        lock (_gate)
        {
            prepared = _pipeline.Prepared.Want(new PreparedStatementKey(statement.Text.Text, settings), statement.Text.Markers.Length, out evicted);
            isReady = prepared.State == PreparedState.Ready;
        }

        if (isReady)
            return Ping(terms);
        var reply = Question(statement);
        reply.Begin(_transport, _session.Capabilities, RequestKind.Preparation, terms);
        reply.Concerns(prepared);
        Enqueue(reply, Closing(evicted, terms.OnLease));
        return reply;
    }

    // Null where the statement has to be submitted as text, which it may be at once.
    private Reply? SubmitPrepared(Statement statement, in Terms terms)
    {
        if (terms.Settings is not { } settings || terms.GeneratedId is not null || terms.Before is not null || terms.Leaves is not null
            || statement.HasUserVariables || !_pipeline.Prepared.IsEnabled)
        {
            _transport.Preparations.FellBack();
            return null;
        }

        var key = new PreparedStatementKey(statement.Text.Text, settings);
        PreparedStatement? prepared;
        PreparedUse use;
        uint? evicted = null;
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
                use = _pipeline.Prepared.Use(key, statement.Text.Markers.Length, out prepared, out evicted);
                if (use == PreparedUse.Execute && !isSettled)
                    use = PreparedUse.Text;
            }
        }

        if (use == PreparedUse.Execute)
            return Execute(statement, terms, prepared!);
        _transport.Preparations.FellBack();
        return use == PreparedUse.Prepare ? SubmitAndPrepare(statement, terms, prepared!, evicted) : null;
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
    private MySqlReply SubmitAndPrepare(Statement statement, in Terms terms, PreparedStatement prepared, uint? evicted)
    {
        MySqlReply reply;
        try
        {
            reply = WriteText(statement, terms);
        }
        catch
        {
            lock (_gate)
                _pipeline.Prepared.Withdraw(prepared);
            if (evicted is not null)
                Enqueue(Closing(evicted, terms.OnLease));
            throw;
        }

        var question = Question(statement);
        question.BeginPrepare(_transport, _session.Capabilities, prepared, terms);
        if (terms.OnLease)
            Enqueue(Closing(evicted, terms.OnLease), question, reply);
        else
            Enqueue(Closing(evicted, terms.OnLease), reply, question);
        return reply;
    }

    private MySqlReply Question(Statement statement)
    {
        var question = _transport.Replies.Get();
        var start = Packets.Begin(question.Request);
        question.Request.WriteByte((byte)CommandCode.StatementPrepare);
        statement.WritePreparableTo(question.Request);
        question.ReplySequence = Packets.End(question.Request, start, 0);
        return question;
    }

    private MySqlReply? Closing(uint? id, bool onLease)
    {
        if (id is not { } evicted)
            return null;
        var closing = _transport.Replies.Get();
        closing.BeginClose(_transport, _session.Capabilities, evicted, onLease);
        return closing;
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
