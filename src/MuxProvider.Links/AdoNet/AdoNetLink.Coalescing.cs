using System.Data.Common;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <content>
/// Reads of several handles that wait are sent together, as one batch. Each answers with just one result, so that the results tell whose
/// they are; where one fails the server runs none of those behind it, and they take their turn again.
/// </content>
internal sealed partial class AdoNetLink
{
    private const int MostTogether = 32;
    private const int MostCharacters = 256 * 1024;

    // Takes what can go with the request; false where nothing can.
    private bool TakeCompanions(AdoNetReply first)
    {
        if (!_session.Connection.CanCreateBatch || !MayGoTogether(first))
            return false;
        var characters = first.Pieces[0].Text.Length;
        lock (_gate)
        {
            if (!IsAtHome(first))
                return false;
            while (_line.First is { } node && _running.Count < MostTogether && MayGoTogether(node.Value) && IsAtHome(node.Value)
                && (characters += node.Value.Pieces[0].Text.Length) <= MostCharacters)
            {
                if (node.Value.Terms.OnLease != first.Terms.OnLease)
                    break;
                Take(node);
            }

            return _running.Count > 1;
        }
    }

    // The driver's own parameters belong to the batch that they were once part of, so that what has to run again could not bring them.
    private static bool MayGoTogether(AdoNetReply reply) =>
        reply is { Pieces: [{ Parameters: null }] } and { Kind: AdoNetRequestKind.Statement, Terms: { IsPlainRead: true, Probes: Probes.None, GeneratedId: null, Before: null, Begin: null, Leaves: null } };

    // Whether the session is as the request needs it. Guarded by the gate.
    private bool IsAtHome(AdoNetReply reply) => reply.Terms.Settings is not { } settings || _label.Needs(settings) == MySql.PrefixParts.None;

    private void RunTogether()
    {
        AdoNetReply[] replies;
        lock (_gate)
            replies = [.. _running];
        var read = 0;
        ErrPacket? error = null;
        try
        {
            using var batch = _session.Connection.CreateBatch();
            batch.Timeout = 0;
            foreach (var reply in replies)
                batch.BatchCommands.Add(CommandOf(batch, reply));
            using var reader = batch.ExecuteReader();
            for (; read < replies.Length; read++)
            {
                if (reader.FieldCount == 0 || (read > 0 && !reader.NextResult()))
                    throw NotOneResultEach();
                ReadPlain(reader, replies[read]);
            }

            if (reader.NextResult())
                throw NotOneResultEach();
        }
        catch (Exception e) when (e is not LinkException && ServerError(e) is not null && read < replies.Length)
        {
            error = ServerError(e);
        }

        // Nobody gets anything before it is certain that all results are there, one for each.
        if (error is not null)
            replies[read++].AddError(error);
        for (var i = 0; i < read; i++)
            Finish(replies[i]);
        _transport.NoteCoalesced(read);
        if (read < replies.Length)
            PutBack(replies.AsSpan(read));
    }

    // Then nobody knows whose they are: all fail, and being reads they are run once more elsewhere.
    private LinkException NotOneResultEach() => new(
        LinkFailureKind.Protocol, Delivery.Sent, $"The {this} did not answer each of several reads with just one result, so nobody knows whose they are.");

    private static DbBatchCommand CommandOf(DbBatch batch, AdoNetReply reply)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = reply.Pieces[0].Text;
        return command;
    }

    private void ReadPlain(DbDataReader reader, AdoNetReply reply)
    {
        var columns = Describe(reader, reply, 0);
        reply.BeginRows(columns);
        while (reader.Read())
        {
            _row.Clear(keepAtMost: 64 * 1024);
            InnerCells.WriteRow(reader, columns, _row);
            reply.AddRow(_row.WrittenSpan);
        }

        reply.EndRows();
        reply.EndResults(-1);
    }

    // They did not run.
    private void PutBack(ReadOnlySpan<AdoNetReply> replies)
    {
        lock (_gate)
        {
            for (var i = replies.Length - 1; i >= 0; i--)
            {
                var reply = replies[i];
                _running.Remove(reply);
                if (_isClosedTold)
                {
                    // Whoever closed the link has told them.
                    reply.Release();
                }
                else if (reply.TryUnsend())
                {
                    _line.AddFirst(reply.Node);
                }
                else
                {
                    _depth--;
                    reply.Release();
                }
            }
        }
    }
}
