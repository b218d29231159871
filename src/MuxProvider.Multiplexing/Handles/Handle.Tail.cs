using System.Globalization;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <content>What is asked behind a statement on the lease, before the lease may be given back.</content>
public sealed partial class Handle
{
    private static readonly StatementText s_generatedId = new("SELECT LAST_INSERT_ID()", []);

    // The statement's own answer is at hand: whatever goes wrong here must not hide it.
    private ValueTask EndStatementAsync(Lease lease, Reply reply, ParsedStatement parsed, StatementTraits traits, Deadline deadline, int generation)
    {
        var isFailed = reply.Evidence.ErrorCode != 0;
        var asksStatus = isFailed && lease.Link.Facts.TracksSession && reply.StatusAfter is null && (IsInTransaction || traits.StatementCount > 1);
        var asksSettings = !isFailed && !_session.IsAsItIs && SettingSteps.HasToBeAsked(_session.Settings.Variables);
        var asksGeneratedId = AsksGeneratedId();
        if (traits.DefinesObjects)
            ObjectsChanged(traits);
        if (!asksStatus && !asksSettings && !asksGeneratedId)
        {
            EndStatement(lease, parsed, generation);
            return default;
        }

        return AskAndEndAsync(lease, parsed, asksStatus, asksSettings, deadline, generation);
    }

    private bool AsksGeneratedId() =>
        _session.Pins == PinReasons.None && _session.GeneratedId.IsOnLease && _knowledge.GeneratedIds.IsKept;

    private async ValueTask AskAndEndAsync(
        Lease lease, ParsedStatement parsed, bool asksStatus, bool asksSettings, Deadline deadline, int generation)
    {
        var isAlive = true;
        lock (_gate)
            _session.Interrupted((asksStatus ? Probes.Status : Probes.None) | (asksSettings || AsksGeneratedId() ? Probes.GeneratedId : Probes.None));
        if (asksStatus)
            isAlive = await AskStatusAsync(lease, deadline, generation).ConfigureAwait(false);
        if (isAlive && asksSettings)
            isAlive = await AskSettingsAsync(lease, deadline, generation).ConfigureAwait(false);
        if (isAlive && AsksGeneratedId())
            isAlive = await AskGeneratedIdAsync(lease, deadline, generation).ConfigureAwait(false);
        if (isAlive)
        {
            EndStatement(lease, parsed, generation);
            return;
        }

        lock (_gate)
        {
            if (generation == _generation && _lease == lease)
            {
                _isRunning = false;
                if (_session.Pins != PinReasons.None || SettingSteps.HasToBeAsked(_session.Settings.Variables))
                    _session.Lose($"The connection that held the session ({_session.Pins}) was lost.");
                Release(lease, LeaseEnd.Discard);
            }
        }

        NotePins(parsed);
    }

    private void EndStatement(Lease lease, ParsedStatement parsed, int generation)
    {
        lock (_gate)
        {
            if (generation != _generation || _lease != lease)
                return;
            _isRunning = false;
            ReleaseIfUnpinned(lease);
        }

        if (_session.Pins != NotedPins)
            NotePins(parsed);
    }

    // An error does not tell whether the transaction is still open.
    private async ValueTask<bool> AskStatusAsync(Lease lease, Deadline deadline, int generation)
    {
        using var reply = lease.Link.Ping(new Terms(null, deadline, LeavesNoState: false, OnLease: true, default));
        if (!await IsAnsweredAsync(reply).ConfigureAwait(false))
            return false;
        lock (_gate)
        {
            if (generation == _generation)
                _session.LearnStatus(reply.Evidence);
        }

        return true;
    }

    private async ValueTask<bool> AskGeneratedIdAsync(Lease lease, Deadline deadline, int generation)
    {
        using var reply = lease.Link.Submit(new Statement(s_generatedId), new Terms(null, deadline, LeavesNoState: false, OnLease: true, default));
        if (!await IsAnsweredAsync(reply).ConfigureAwait(false))
            return false;
        lock (_gate)
        {
            if (generation == _generation)
            {
                _session.GeneratedId.Learned(
                    reply.TryPeekCell(out var cell) && ulong.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null);
            }
        }

        return true;
    }

    // The value of a setting that was not written as a literal.
    private async ValueTask<bool> AskSettingsAsync(Lease lease, Deadline deadline, int generation)
    {
        var variables = _session.Settings.Variables;
        var names = new List<string>();
        foreach (var (name, value) in variables.Items)
        {
            if (value == SettingSteps.ToBeAsked)
                names.Add(name);
        }

        var text = $"SELECT {string.Join(", ", names.Select(name => $"@@SESSION.{lease.Link.Facts.ServerVersion.VariableName(name)}"))}";
        using var reply = lease.Link.Submit(new Statement(new StatementText(text, [])), new Terms(null, deadline, LeavesNoState: false, OnLease: true, default));
        if (!await IsAnsweredAsync(reply).ConfigureAwait(false))
            return false;
        var isRow = reply.NextResult() == ReplyItem.Rows && reply.ReadRow();
        for (var i = 0; isRow && i < names.Count; i++)
        {
            var literal = reply.IsNull(i) ? null : SettingLiteral.Of(reply.GetCell(i));
            isRow = literal is not null;

            // The login's sql_mode is that of a fresh session.
            var isFresh = names[i] == "sql_mode" && literal == $"'{lease.Link.Facts.SqlMode}'";
            variables = variables.With(names[i], isFresh ? null : literal ?? SettingSteps.ToBeAsked);
        }

        lock (_gate)
        {
            if (generation == _generation)
            {
                _session.SetSettings(_session.Settings with { Variables = variables });
                if (!isRow)
                    _session.TakeAsItIs(PinReasons.SessionVariable);
            }
        }

        return true;
    }

    private async ValueTask<bool> IsAnsweredAsync(Reply reply)
    {
        _group!.KeepDeadlines();

        // Not to be cancelled: the statement itself is done, and giving up now would lose its session.
        if (!reply.IsCompleted)
            await reply.Completion.ConfigureAwait(false);
        return reply.Failure is null && reply.Abandonment == Abandonment.None;
    }
}
