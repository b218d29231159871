namespace MuxProvider.Multiplexing;

/// <summary>Joins the verdicts of the statements of a text, in their order.</summary>
internal struct VerdictSum
{
    private StatementVerdict _sum;
    private int _count;
    private bool _onlyTransactionControl;
    private bool _clean;
    private bool _pendingOneShot;
    private bool _inserted;
    private bool _changedRows;

    /// <summary>Adds the next statement.</summary>
    public void Add(StatementVerdict next)
    {
        if (_count++ == 0)
            _onlyTransactionControl = _clean = true;

        // A value that an earlier statement of the same text has put into the register is nobody else's.
        if ((next.ReadsGeneratedId && !_inserted) || (next.ReadsRowCount && !_changedRows))
            next.Pin(PinReasons.FoundRows);
        _inserted |= next.Inserts;
        _changedRows |= next.ChangesRows;

        // SET TRANSACTION waits for the transaction that it is meant for: anything else in between leaves it behind.
        if (_pendingOneShot && !next.IsOneShot && !(next.StartsTransaction && next.IsTransactionControl && !next.EndsTransaction))
            LeaveOneShotBehind();
        _pendingOneShot = next.IsOneShot;

        // Within a block, and behind one, what looks like a statement may be a part of one.
        if (_sum.BeginsBlock && next.Placement == Placement.Reject)
        {
            next.Placement = Placement.Pin;
            next.Reasons |= PinReasons.Unknown;
            next.Rejection = null;
        }

        _onlyTransactionControl &= next.IsTransactionControl && next.Placement == Placement.Pin;
        _clean &= next.Placement <= Placement.StatementLease || (next.IsTransactionControl && next.Placement == Placement.Pin);
        _sum.Require(next.Placement);
        _sum.Reasons |= next.Reasons;
        _sum.Rejection ??= next.Rejection;
        _sum.IsReadOnly = next.IsReadOnly;
        _sum.StartsTransaction |= next.StartsTransaction;
        _sum.EndsTransaction |= next.EndsTransaction;
        _sum.MayChangeSchema |= next.MayChangeSchema;
        _sum.AffectsGeneratedId |= next.AffectsGeneratedId;
        _sum.AssignsUserVariable |= next.AssignsUserVariable;
        _sum.BeginsBlock |= next.BeginsBlock;
    }

    /// <summary>The traits of the whole text.</summary>
    /// <param name="keyword">The text's first word.</param>
    /// <param name="certain">Whether the server surely cuts the text as we did.</param>
    public StatementTraits ToTraits(string keyword, bool certain)
    {
        if (_pendingOneShot)
            LeaveOneShotBehind();
        if (_count > 1)
            _sum.Require(Placement.StatementLease);
        if (!certain)
        {
            _sum.Pin(PinReasons.Unknown);
            _sum.AffectsGeneratedId = true;
        }

        return new StatementTraits
        {
            Placement = _sum.Placement,
            PinReasons = _sum.Reasons,
            IsReadOnly = _sum.Placement == Placement.Float && (_sum.IsReadOnly || _count == 0),
            StartsTransaction = _sum.StartsTransaction,
            EndsTransaction = _sum.EndsTransaction,
            IsTransactionControl = certain && _count > 0 && _onlyTransactionControl,
            IsClean = certain && (_clean || _count == 0),
            MayChangeSchema = _sum.MayChangeSchema,
            AffectsGeneratedId = _sum.AffectsGeneratedId,
            HasUserVariableAssignment = _sum.AssignsUserVariable,
            Rejection = _sum.Rejection,
            Keyword = keyword,
            StatementCount = _count,
            ConsistsOfNothing = _count == 0 && certain,
        };
    }

    private void LeaveOneShotBehind()
    {
        _sum.Pin(PinReasons.SessionVariable);
        _onlyTransactionControl = false;
        _clean = false;
        _pendingOneShot = false;
    }
}
