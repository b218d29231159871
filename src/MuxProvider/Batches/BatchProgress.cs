using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// Which command of a batch the next result belongs to. A result without rows ends a statement, and so does one with rows
/// unless the statement may have several. Another provider underneath does not tell results without rows of several statements that it gets
/// as one text: then nobody knows whose they are, unless there is one command only.
/// </summary>
internal sealed class BatchProgress : IResultOwner
{
    private readonly BatchStep[] _steps;
    private readonly bool _tellsAll;
    private int _step;
    private int _statementsLeft;

    // The statement has ended: what comes next belongs to the one behind it.
    private bool _hasEnded;

    /// <summary>Starts before the first result.</summary>
    /// <param name="steps">The commands.</param>
    /// <param name="tellsAll">Whether results without rows are told.</param>
    public BatchProgress(BatchStep[] steps, bool tellsAll = true)
    {
        _steps = steps;
        _tellsAll = tellsAll || steps.Length == 1;
        _statementsLeft = steps[0].StatementCount;
        foreach (var step in steps)
        {
            step.Command.Forget();
            step.Call?.Restart();
        }
    }

    /// <inheritdoc/>
    public bool Takes(ReplyItem item, Reply reply)
    {
        if (!_tellsAll)
            return Array.Exists(_steps, step => step.Call?.Takes(item, reply) == true);
        Advance();
        if (_steps[_step].Call is not { } call || !call.Takes(item, reply))
            return false;
        _hasEnded = call.IsOver;
        return true;
    }

    /// <inheritdoc/>
    public void OnRows()
    {
        if (!_tellsAll)
            return;
        Advance();
        _hasEnded = _steps[_step].Call is { } call ? call.IsOver : !_steps[_step].MayHaveManyResults;
    }

    /// <inheritdoc/>
    public void OnDone(ulong affectedRows, ulong lastInsertId)
    {
        if (!_tellsAll)
            return;
        Advance();
        _hasEnded = _steps[_step].Call is not { IsOver: false };
        _steps[_step].Command.OnDone(affectedRows, lastInsertId);
    }

    /// <inheritdoc/>
    public MuxException OnError(ErrPacket error, bool amongRows)
    {
        if (!_tellsAll)
            return ErrorTranslator.Refused(error);
        if (!amongRows)
            Advance();
        _steps[_step].Call?.OnError(error);
        var exception = ErrorTranslator.Refused(error);
        exception.FailedBatchCommand = _steps[_step].Command;
        return exception;
    }

    private void Advance()
    {
        if (!_hasEnded)
            return;
        _hasEnded = false;
        if (--_statementsLeft <= 0 && _step < _steps.Length - 1)
            _statementsLeft = _steps[++_step].StatementCount;
    }
}
