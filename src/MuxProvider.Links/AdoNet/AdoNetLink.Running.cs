using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <content>What the link's own thread does.</content>
internal sealed partial class AdoNetLink
{
    // ER_UNKNOWN_ERROR: what a driver says by itself has no number.
    private const ushort DriverError = 1105;

    // MariaDB keeps the warnings of an earlier statement, perhaps of a neighbour, until one uses a table; and no driver tells how many
    // the statement raised.
    private const string ForgetWarnings = "DO (SELECT 1 FROM information_schema.CHARACTER_SETS LIMIT 0)";

    // A connection that was left alone for so long is asked for a sign of life first: nobody would have heard of its end.
    private static readonly TimeSpan s_trustedFor = TimeSpan.FromSeconds(30);

    // How long a driver may take to close a reader that has failed.
    private static readonly TimeSpan s_readerCloses = TimeSpan.FromSeconds(5);

    // Only the link's thread touches these.
    private readonly ByteWriter _row = new(1024);
    private long _lastUsed;

    private TimeProvider Clock => _transport.Options.TimeProvider;

    private void Run(ITimer? watch)
    {
        try
        {
            _session = InnerSession.Open(_transport.Options);
        }
        catch (LinkException failure)
        {
            watch?.Dispose();
            TellOpenFailed(failure);
            return;
        }

        watch?.Dispose();
        if (TellOpenFailed(null))
        {
            _prefixes = new PrefixWriter(_session.Facts);
            if (_session.Schema is { } schema)
                Label(new SessionStep(null, PrefixParts.None, new Settings(schema), IsSingleStatement: true), PrefixParts.None, default);
            _lastUsed = Clock.GetTimestamp();
            _state = LinkState.Open;
            _observer.OnOpened(this);
            Work();
        }

        _session.Dispose();
        _row.Dispose();
    }

    private void Work()
    {
        while (TakeNext() is { } first)
        {
            var before = Stopwatch.GetTimestamp();
            try
            {
                CheckSignOfLife();
                if (_transport.Options.Coalesces && TakeCompanions(first))
                    RunTogether();
                else
                    Run(first);
            }
            catch (Exception e)
            {
                // Nothing that happens here may end the process; what is not understood ends the link.
                var failure = e as LinkException ?? InnerErrors.OfConversation(e, _transport.Options.Endpoint);
                FailRunning(failure);
                End(failure, failure);
            }

            var service = Stopwatch.GetTimestamp() - before;
            Volatile.Write(ref _serviceTicks, (_serviceTicks * 7 + service) / 8);
            _lastUsed = Clock.GetTimestamp();
        }

        // A stream belongs to this thread while it runs, and nobody else may end it.
        FailRunning(new LinkException(LinkFailureKind.Closed, Delivery.Sent, $"The {this} was closed."));
    }

    private AdoNetReply? TakeNext()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_isCut)
                    return null;
                if (_line.First is not { } node)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                if (Take(node) is { } reply)
                {
                    Volatile.Write(ref _headSince, Stopwatch.GetTimestamp());
                    return reply;
                }
            }
        }
    }

    // Null if its caller has just gone. Guarded by the gate.
    private AdoNetReply? Take(LinkedListNode<AdoNetReply> node)
    {
        var reply = node.Value;
        _line.Remove(node);
        if (reply.TrySend())
        {
            _running.Add(reply);
            return reply;
        }

        _depth--;
        reply.Release();
        return null;
    }

    private void CheckSignOfLife()
    {
        if (Clock.GetElapsedTime(_lastUsed) < s_trustedFor || _session.IsAlive())
            return;
        throw new LinkException(LinkFailureKind.ConnectionLost, Delivery.NotSent, $"The connection to {_transport.Options.Endpoint} was lost while nobody used it.");
    }

    // What runs has been sent, unless the failure says that it was not.
    private void FailRunning(LinkException failure)
    {
        while (true)
        {
            AdoNetReply reply;
            lock (_gate)
            {
                if (_running.Count == 0)
                    return;
                reply = _running[^1];
                _running.RemoveAt(_running.Count - 1);
            }

            Drop(reply, failure);
        }
    }

    private void Run(AdoNetReply reply)
    {
        switch (reply.Kind)
        {
            case AdoNetRequestKind.Recycle:
                Clean(reply);
                return;

            case AdoNetRequestKind.Ping:
                if (TryBring(reply, out var step))
                {
                    // Bringing a schema was a sign of life already.
                    if (step.Prefix == PrefixParts.None)
                        Ask("SELECT 1");
                    Label(step, PrefixParts.None, default);
                    reply.AddOk(0, 0);
                    Finish(reply);
                }

                return;

            default:
                RunStatement(reply);
                return;
        }
    }

    private void RunStatement(AdoNetReply reply)
    {
        if (!TryBring(reply, out var step))
            return;
        if ((reply.Terms.Probes & Probes.Warnings) != 0 && Facts.ServerVersion.IsMariaDb)
            _session.Run(ForgetWarnings);
        Execute(reply);
        LinkException? lost = null;
        var evidence = ReplyEvidence.OfResult(0, reply.HasFailed ? DriverError : (ushort)0);
        try
        {
            AskProbes(reply, ref evidence);
        }
        catch (Exception e)
        {
            // The statement's own answer is at hand.
            lost = InnerErrors.OfConversation(e, _transport.Options.Endpoint);
        }

        Label(step, PrefixParts.None, evidence);
        Finish(reply);
        if (lost is not null)
            throw lost;
    }

    // ---- in front of a statement ---------------------------------------------------------------------------------------

    // Brings the session to what the request needs. Where the server refuses, the request has failed and is over.
    private bool TryBring(AdoNetReply reply, out SessionStep step)
    {
        var terms = reply.Terms;
        PrefixParts needs;
        lock (_gate)
            needs = terms.Settings is { } settings ? _label.Needs(settings) : PrefixParts.None;
        var isStatement = reply.Kind == AdoNetRequestKind.Statement;
        if (!isStatement && terms.Settings?.Schema is not null)
            needs |= PrefixParts.Schema;
        if (isStatement && terms.GeneratedId is not null)
            needs |= PrefixParts.GeneratedId;
        if (isStatement && terms.Before is not null)
            needs |= PrefixParts.Before;
        if (isStatement && terms.Begin is not null)
            needs |= PrefixParts.Begin;
        step = new SessionStep(terms.Settings, needs, isStatement ? terms.Leaves : null, !isStatement || terms.IsSingleStatement);
        if (needs == PrefixParts.None)
            return true;
        if ((needs & PrefixParts.Schema) != 0 && terms.Settings!.Schema is null)
        {
            Finish(reply, new LinkException(LinkFailureKind.SettingsRefused, Delivery.NotSent, "A link that has a default schema cannot be brought back to none."));
            return false;
        }

        if ((needs & PrefixParts.Settings) != 0)
            reply.NotePrefix();
        foreach (var part in (ReadOnlySpan<PrefixParts>)[PrefixParts.Variables | PrefixParts.GeneratedId, PrefixParts.Schema, PrefixParts.Before, PrefixParts.Begin])
        {
            if ((needs & part) == 0 || Bring(needs & part, terms) is not { } error)
                continue;
            Label(step, needs & part, default);
            var refusal = new PrefixRefusal(needs & part, error);
            Finish(reply, refusal.Failure(terms, _transport.Options.Endpoint, isStatement ? Delivery.NotSent : Delivery.Sent));
            return false;
        }

        return true;
    }

    private ErrPacket? Bring(PrefixParts part, in Terms terms)
    {
        try
        {
            if (part == PrefixParts.Schema)
            {
                _session.Connection.ChangeDatabase(terms.Settings!.Schema!);
                return null;
            }

            string text;
            lock (_gate)
                text = _prefixes.WriteText(part, terms.Settings, _label, terms.GeneratedId, terms.Before, terms.Begin);
            _session.Run(text);
            return null;
        }
        catch (Exception e) when (ServerError(e) is { } error)
        {
            return error;
        }
        catch (Exception e)
        {
            throw InnerErrors.OfConversation(e, _transport.Options.Endpoint).At(Delivery.NotSent);
        }
    }

    // The server's error, where the conversation goes on behind it.
    private ErrPacket? ServerError(Exception e) =>
        InnerErrors.ServerError(e) is { } error && !InnerErrors.EndsConversation(error.Code) && _session.Connection.State == System.Data.ConnectionState.Open
            ? error
            : null;

    private void Label(in SessionStep step, PrefixParts refused, in ReplyEvidence evidence)
    {
        lock (_gate)
        {
            _label.Sent(step);
            _label.Answered(step, refused, evidence);
        }
    }

    // ---- the statement -------------------------------------------------------------------------------------------------

    // One statement behind the other, as the server would do with all of them in one text: where one fails those behind it do not run.
    private void Execute(AdoNetReply reply)
    {
        var results = 0;
        try
        {
            foreach (var piece in reply.Pieces)
            {
                _session.Prepare(piece.Text, piece.Parameters);

                // MySql.Data tells keys only then; it asks the server for nothing more.
                var reader = _session.Command.ExecuteReader(CommandBehavior.KeyInfo);
                try
                {
                    ReadResults(reader, reply, ref results);
                }
                catch (Exception e)
                {
                    GiveUp(reader, reply, e);
                    throw;
                }

                reader.Dispose();
            }
        }
        catch (Exception e) when (e is not LinkException)
        {
            if (ServerError(e) is { } error)
                reply.AddError(error);
            else if (InnerErrors.ServerError(e) is null && _session.IsAlive())
                reply.AddError(new ErrPacket(DriverError, "HY000", $"{_transport.Options.Endpoint}: {e.Message}"));
            else
                throw;
        }
    }

    // A driver may never come back from closing a reader that has failed: MySql.Data waits for rows that do not come. Then the statement
    // gets its own error all the same, and the link is left to its fate.
    private void GiveUp(DbDataReader reader, AdoNetReply reply, Exception fault)
    {
        var ended = 0;
        using var watch = Clock.CreateTimer(
            _ =>
            {
                if (Interlocked.Exchange(ref ended, 1) == 0)
                    Abandon(reply, fault);
            },
            null,
            s_readerCloses,
            Timeout.InfiniteTimeSpan);
        try
        {
            reader.Dispose();
        }
        catch (Exception)
        {
            // What failed first says more.
        }

        if (Interlocked.Exchange(ref ended, 1) != 0)
            throw new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, $"The {this} did not come back from a statement that failed.", innerException: fault);
    }

    // In place of the link's thread, which is held up in the driver.
    private void Abandon(AdoNetReply reply, Exception fault)
    {
        if (ServerError(fault) is { } error)
        {
            reply.AddError(error);
            reply.Answer();
        }

        var failure = new LinkException(
            LinkFailureKind.ConnectionLost, Delivery.Sent, $"The {this} did not come back from a statement that failed: {fault.Message}", innerException: fault);
        reply.Fail(failure);
        End(failure, failure);
    }

    private void ReadResults(DbDataReader reader, AdoNetReply reply, ref int results)
    {
        var before = results;
        do
        {
            if (reader.FieldCount > 0)
                ReadRows(reader, reply, results++);
        }
        while (reader.NextResult());
        reader.Close();
        var hasRows = results > before;
        var affected = reader.RecordsAffected;
        var rowCount = hasRows && affected < 0 ? -1 : (long)Math.Max(affected, 0);
        var generatedId = hasRows ? 0 : _session.LastInsertedId(affected > 0);

        // Where it is not certain how the text is cut: a driver sums up what its statements have changed, and does not say what came last.
        if (!reply.Terms.IsSingleStatement && reply.Pieces.Length == 1
            && Ask("SELECT ROW_COUNT()") is [[{ } counted]] && long.TryParse(counted, CultureInfo.InvariantCulture, out var last))
            rowCount = last;
        if (!hasRows || affected >= 0)
            reply.AddOk((ulong)Math.Max(affected, 0), generatedId);
        reply.EndResults(rowCount);
    }

    // What a description says of schemas and tables must be of this statement: only where text and schema say which these are it is used again.
    private ColumnDefinition[] Describe(DbDataReader reader, AdoNetReply reply, int result) =>
        reply is { Terms.Settings: { } settings, Pieces.Length: 1 } && reply.Template.AsSpan().TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase)
            ? _transport.Columns.Describe(reader, reply.Template, settings.Schema, result)
            : InnerColumn.Describe(reader);

    private void ReadRows(DbDataReader reader, AdoNetReply reply, int result)
    {
        var columns = Describe(reader, reply, result);
        reply.BeginRows(columns);
        while (reader.Read())
        {
            _row.Clear(keepAtMost: 64 * 1024);
            InnerCells.WriteRow(reader, columns, _row);
            reply.AddRow(_row.WrittenSpan);
            if (reply.IsStream || reply.IsLarge)
                Stream(reply);
            if (_isCut)
                throw new LinkException(LinkFailureKind.Closed, Delivery.Sent, $"The {this} was closed.");
        }

        reply.EndRows();
    }

    private void Stream(AdoNetReply reply)
    {
        if (reply.IsStream || TryBeginStream(reply))
            reply.Rows!.HandOver(isMoreThere: true, Clock);
    }

    // As a native link does; but nothing was sent behind the statement, so all that waits goes elsewhere.
    private bool TryBeginStream(AdoNetReply reply)
    {
        if (reply.Terms.StreamAbove == 0 || (!reply.Terms.OnLease && !_observer.OnLarge(this)))
        {
            reply.KeepMore();
            return false;
        }

        var isTaken = reply.TryBeginStream();
        List<AdoNetReply> waiting = [];
        lock (_gate)
        {
            if (!reply.Terms.OnLease)
            {
                _isShared = false;
                for (var node = _line.First; node is not null;)
                {
                    var next = node.Next;
                    if (!node.Value.Terms.OnLease)
                    {
                        _line.Remove(node);
                        _depth--;
                        waiting.Add(node.Value);
                    }

                    node = next;
                }

                // Its caller has just gone away, so nobody will take the link.
                if (!isTaken && _state == LinkState.Open)
                    _state = LinkState.Closing;
            }

            if (isTaken && _isCut)
                reply.Rows!.Lift();
        }

        foreach (var other in waiting)
            Drop(other, Refusal());
        if (isTaken)
            reply.BeginStream();
        else
            reply.KeepMore();
        return isTaken;
    }

    // ---- behind a statement --------------------------------------------------------------------------------------------

    private void AskProbes(AdoNetReply reply, ref ReplyEvidence evidence)
    {
        var probes = reply.Terms.Probes;
        if (probes == Probes.None)
            return;
        if ((probes & Probes.Status) != 0 && Ask("SELECT DATABASE(), @@sql_mode, @@autocommit") is [[var schema, var sqlMode, var autoCommit]])
        {
            reply.TakeStatus(default(ReplyEvidence)
                .WithSession(autoCommit == "0" ? ServerStatus.None : ServerStatus.AutoCommit, stateChanged: false, schema ?? "")
                .WithSqlMode(sqlMode ?? ""));
            evidence = evidence.WithSchema(schema ?? "");
        }

        var warnings = (probes & Probes.Warnings) != 0 ? AskWarnings() : null;
        ulong? id = (probes & Probes.GeneratedId) != 0 && Ask("SELECT LAST_INSERT_ID()") is [[var number]] && ulong.TryParse(number, out var generated) ? generated : null;
        reply.TakeProbes(warnings, id);
    }

    private List<ServerWarning>? AskWarnings()
    {
        if (Ask("SHOW WARNINGS") is not { } rows)
            return null;
        var warnings = new List<ServerWarning>();
        foreach (var row in rows)
        {
            if (row is [{ } level, var code, var message, ..])
                warnings.Add(new ServerWarning(level, int.TryParse(code, out var number) ? number : 0, message ?? ""));
        }

        return warnings;
    }

    // Null where the server refuses, or the driver without asking it.
    private List<string?[]>? Ask(string text)
    {
        try
        {
            return _session.Ask(text);
        }
        catch (Exception e) when (e is NotSupportedException || ServerError(e) is not null)
        {
            return null;
        }
    }

    private void Clean(AdoNetReply reply)
    {
        bool isClean;
        try
        {
            isClean = _session.TryReset();
        }
        catch (Exception)
        {
            // Whatever the driver says: the session is not clean.
            isClean = false;
        }

        lock (_gate)
            _label.AnsweredReset();
        reply.AddOk(0, 0);
        Finish(reply);
        if (isClean)
            _observer.OnRecycled(this);
        else
            Close();
    }

    private void Finish(AdoNetReply reply, LinkException? failure = null)
    {
        bool isIdle, close;
        lock (_gate)
        {
            _running.Remove(reply);
            if (!_isClosedTold)
                _depth--;
            Volatile.Write(ref _headSince, _depth > 0 ? Stopwatch.GetTimestamp() : 0);
            (isIdle, close) = CheckIdle();
        }

        if (failure is not null)
            reply.Fail(failure);
        else
            reply.Answer();
        reply.Release();
        TellIdle(isIdle, close);
    }
}
