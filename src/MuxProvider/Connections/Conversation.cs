using System.Runtime.CompilerServices;
using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// What is said over one connection's handle: one statement at a time, its errors translated, cancelled only by who asked.
/// Used by one caller at a time; only <see cref="Cancel"/> may come from any thread.
/// </summary>
internal sealed partial class Conversation(MuxConnection connection, IHandle handle, DataSourceSettings settings)
{
    // Guards _asker, so that a cancel meets the statement it was meant for or none.
    private readonly Lock _gate = new();
    private object? _asker;

    private MuxDataReader? _reader;
    private ResultShape? _spareShape;
    private Statement? _control;

    /// <summary>The handle.</summary>
    public IHandle Handle { get; } = handle;

    /// <summary>What the connection string means.</summary>
    public DataSourceSettings Settings { get; } = settings;

    /// <summary>The transaction that is open.</summary>
    public MuxTransaction? Transaction { get; set; }

    /// <summary>The part in a System.Transactions transaction; null for none.</summary>
    public EnlistedTransaction? Enlisted { get; set; }

    /// <summary>The reader that is open.</summary>
    public MuxDataReader? Reader => _reader;

    /// <summary>Sends a statement and waits for its whole answer. Its news is told by whoever takes the results, with <see cref="TellNews"/>.</summary>
    /// <param name="asker">Who asks: only they can cancel.</param>
    /// <param name="statement">The statement, all markers bound.</param>
    /// <param name="parsed">What the handle said of its text.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The answer, the server's errors included; to be disposed.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Reply> AskAsync(
        object asker,
        Statement statement,
        ParsedStatement parsed,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        Enlisted?.ThrowIfAborted(this);
        Begin(asker);
        var isInTransaction = Handle.IsInTransaction;
        try
        {
            var reply = await Handle.ExecuteAsync(statement, parsed, deadline, cancellationToken).ConfigureAwait(false);
            if (parsed.Traits.DefinesObjects)
                Settings.Routines.Clear();
            if (reply.IsStream)
                BeginStream(asker, parsed);
            else if (reply.WarningList is { Count: > 0 } warnings)
                connection.Hear(warnings);
            return reply;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw ErrorTranslator.Interrupted(cancelled);
        }
        catch (Exception error) when (ErrorTranslator.OfStatement(
            error, StatementNature.MayWrite(parsed), Settings, StatementNature.IsUndoneWithItsLink(parsed, isInTransaction)) is { } translated)
        {
            throw translated;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Sends a text of our own and reads its answer. Its news is told by the caller, with <see cref="TellNews"/>.</summary>
    /// <param name="text">The text, without parameters.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When it ran without error.</returns>
    public async ValueTask RunAsync(string text, CancellationToken cancellationToken)
    {
        var parsed = Handle.Parse(text);
        _control ??= new Statement(parsed.Text);
        _control.Reset(parsed.Text);
        using var reply = await AskAsync(this, _control, parsed, DeadlineIn(Settings.CommandTimeoutSeconds), cancellationToken).ConfigureAwait(false);
        if (reply.IsStream)
            await StreamedResults.DrainAsync(this, reply, ResultOwner.None, cancellationToken).ConfigureAwait(false);
        else
            Results.Drain(reply, ResultOwner.None);
    }

    /// <summary>Ends a transaction for System.Transactions, which may come from any thread: then the connection may be in use.</summary>
    /// <param name="text">COMMIT or ROLLBACK.</param>
    /// <returns>When it ran without error.</returns>
    /// <exception cref="InvalidOperationException">The connection is in use.</exception>
    public async ValueTask EndTransactionAsync(string text)
    {
        var parsed = Handle.Parse(text);
        using var reply = await AskAsync(new object(), new Statement(parsed.Text), parsed, DeadlineIn(Settings.CommandTimeoutSeconds), CancellationToken.None).ConfigureAwait(false);
        Results.Drain(reply, ResultOwner.None);
    }

    /// <summary>Asks the server whether it can prepare a statement.</summary>
    /// <param name="asker">Who asks: only they can cancel.</param>
    /// <param name="statement">The statement, every marker bound to something.</param>
    /// <param name="parsed">What the handle said of its text.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>What it has against the text; null for nothing.</returns>
    public async ValueTask<ErrPacket?> PrepareAsync(
        object asker, Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken)
    {
        Begin(asker);
        try
        {
            return await Handle.PrepareAsync(statement, parsed, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw ErrorTranslator.Interrupted(cancelled);
        }
        catch (Exception error) when (ErrorTranslator.OfStatement(error, mayWrite: false, Settings) is { } translated)
        {
            throw translated;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Begins a transaction with the next statement.</summary>
    /// <param name="characteristics">What SET TRANSACTION says of it.</param>
    /// <param name="start">The statement that begins it.</param>
    /// <returns>False where it has to be begun at once, by <see cref="RunAsync"/>.</returns>
    public bool TryBeginLater(string characteristics, string start)
    {
        Begin(this);
        try
        {
            return Handle.TryBeginLater(characteristics, start);
        }
        catch (Exception error) when (ErrorTranslator.OfStatement(error, mayWrite: false, Settings) is { } translated)
        {
            throw translated;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Ends a transaction of which nothing was sent.</summary>
    /// <returns>False where it has to be ended by <see cref="RunAsync"/>.</returns>
    public bool TryForgetBegin()
    {
        Begin(this);
        try
        {
            return Handle.TryForgetBegin();
        }
        finally
        {
            End();
        }
    }

    /// <summary>Asks for a sign of life.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>Whether one came.</returns>
    public async ValueTask<bool> PingAsync(CancellationToken cancellationToken)
    {
        Begin(this);
        try
        {
            await Handle.PingAsync(DeadlineIn(Settings.CommandTimeoutSeconds), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw ErrorTranslator.Interrupted(cancelled);
        }
        catch (Exception error) when (ErrorTranslator.OfStatement(error, mayWrite: false, Settings) is not null)
        {
            return false;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Changes the default schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the connection has it.</returns>
    public async ValueTask ChangeSchemaAsync(string schema, CancellationToken cancellationToken)
    {
        Begin(this);
        try
        {
            await Handle.ChangeSchemaAsync(schema, DeadlineIn(Settings.CommandTimeoutSeconds), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw ErrorTranslator.Interrupted(cancelled);
        }
        catch (Exception error) when (ErrorTranslator.OfStatement(error, mayWrite: false, Settings) is { } translated)
        {
            throw translated;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Takes a link of its own.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the connection has it.</returns>
    public async ValueTask PinAsync(string reason, CancellationToken cancellationToken)
    {
        Begin(this);
        try
        {
            // Waiting for a link is what Open waits for, so it has the time that Open has.
            var deadline = Deadline.In(Settings.Clock, TimeSpan.FromSeconds(Settings.ConnectionTimeoutSeconds));
            await Handle.PinAsync(reason, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw ErrorTranslator.Interrupted(cancelled);
        }
        catch (Exception error) when (ErrorTranslator.OfOpen(error, Settings) is { } translated)
        {
            throw translated;
        }
        finally
        {
            End();
        }
    }

    /// <summary>
    /// Raises the events that the last statement gave rise to. To be called once its results were taken, even where it failed.
    /// </summary>
    /// <param name="opened">The reader that the caller is about to get; closed if a handler throws, because nobody would have it.</param>
    public void TellNews(MuxDataReader? opened = null)
    {
        try
        {
            connection.TellNews();
        }
        catch
        {
            opened?.Close();
            throw;
        }
    }

    /// <summary>Lets the caller go that waits for an answer, if it is this one. Never throws.</summary>
    /// <param name="asker">Who asked.</param>
    public void Cancel(object asker)
    {
        CancellationTokenSource? elsewhere = null;
        lock (_gate)
        {
            if (_asker == asker && _elsewhere is not null)
                elsewhere = _elsewhere;
            else if (_asker == asker || _streamAsker == asker)
                Handle.Cancel();
        }

        elsewhere?.Cancel();
    }

    /// <summary>Checks the transaction that a command names.</summary>
    /// <param name="transaction">The transaction; null means whatever is open.</param>
    /// <exception cref="InvalidOperationException">It has ended, or belongs to another connection.</exception>
    public void Check(MuxTransaction? transaction)
    {
        if (transaction is null || transaction == Transaction || Settings.IgnoreCommandTransaction)
            return;
        throw new InvalidOperationException(transaction.Connection is null
            ? "The command's transaction has ended: set Transaction to the one that is open, or to null."
            : "The command's transaction belongs to another connection.");
    }

    /// <summary>The deadline of a command.</summary>
    /// <param name="seconds">Its time-out; 0 for none.</param>
    /// <returns>The deadline.</returns>
    public Deadline DeadlineIn(int seconds) =>
        Settings.HasCommandTimeouts ? Deadline.In(Settings.Clock, TimeSpan.FromSeconds(seconds)) : Deadline.Never;

    /// <summary>A reader is open from now on.</summary>
    /// <param name="reader">The reader.</param>
    public void Attach(MuxDataReader reader) => _reader = reader;

    /// <summary>A reader was closed.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="shape">What it knew its results by, for the next one to use.</param>
    public void Detach(MuxDataReader reader, ResultShape shape)
    {
        _spareShape = shape;
        if (_reader == reader)
            _reader = null;
    }

    /// <summary>An empty shape for a new reader.</summary>
    /// <returns>The shape.</returns>
    public ResultShape TakeShape()
    {
        var shape = _spareShape ?? new ResultShape();
        _spareShape = null;
        return shape;
    }

    private void Begin(object asker)
    {
        lock (_gate)
        {
            if (_asker is not null || _streamAsker is not null || _reader is not null)
                throw InUse();
            _asker = asker;
        }
    }

    private void End()
    {
        lock (_gate)
            _asker = null;

        // Transactions, locks and variables went with the link: going on elsewhere would pretend that they are still there.
        if (Handle.LostBecause is not null)
            connection.Break();
    }

    private InvalidOperationException InUse() => new(
        (_reader is null
            ? "Another command of this connection waits for its answer."
            : "A data reader of this connection is still open: dispose it first.")
        + " A connection runs one command at a time. To run several at once open another connection: it costs no round trip.");
}
