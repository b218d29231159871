using System.Data;
using System.Globalization;
using System.Text;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// One call of a stored routine by one command: its values on the way there, its output parameters on the way back. Used by the
/// command's caller, once.
/// </summary>
internal sealed class RoutineCall
{
    private readonly Routine _routine;
    private readonly string? _schema;
    private readonly DataSourceSettings _settings;
    private readonly MuxParameter?[] _arguments;
    private readonly MuxParameter? _returned;
    private readonly bool _isDeclared;
    private readonly RoutineText _text;
    private readonly MuxConnection? _listener;
    private CallPhase _phase;
    private bool _hasAnswered;
    private bool _hasWarnings;
    private ErrPacket? _refusal;

    private RoutineCall(
        Routine routine, string? schema, DataSourceSettings settings, MuxParameter?[] arguments, MuxParameter? returned, bool isDeclared, MuxConnection? listener)
    {
        _routine = routine;
        _listener = listener;
        _text = listener is null ? routine.Text : routine.HeardText;
        _schema = schema;
        _settings = settings;
        _arguments = arguments;
        _returned = returned;
        _isDeclared = isDeclared;
        Restart();
    }

    /// <summary>The text that makes the call.</summary>
    public string Text => _text.Sql;

    /// <summary>When the caller stops waiting.</summary>
    public Deadline Deadline { get; private init; }

    /// <summary>Whether the declaration was remembered from an earlier call, rather than looked up for this one.</summary>
    public bool IsRemembered { get; private init; }

    /// <summary>Whether the server refused the call, by a remembered declaration, with an error that may mean that nothing ran: see <see cref="IsOutdatedAsync"/>.</summary>
    public bool WasRefusedUnrun => _refusal is not null;

    /// <summary>Whether all results of the call have been seen.</summary>
    public bool IsOver => _phase == CallPhase.Over;

    /// <summary>Finds out how the routine is declared, and which parameter goes where.</summary>
    /// <param name="connection">Whose call it is.</param>
    /// <param name="asker">The command or batch: only they can cancel.</param>
    /// <param name="text">The routine's name, as the command has it.</param>
    /// <param name="parameters">The command's parameters; null for none.</param>
    /// <param name="takesWarnings">Whether the call's warnings are those that are told, where somebody listens.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The call.</returns>
    /// <exception cref="InvalidOperationException">The text is no name, or the connection is in use.</exception>
    /// <exception cref="ArgumentException">The parameters are not those of the routine.</exception>
    public static async ValueTask<RoutineCall> PrepareAsync(
        MuxConnection connection,
        object asker,
        string text,
        MuxParameterCollection? parameters,
        bool takesWarnings,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        var name = RoutineName.Parse(text, "stored procedure or function");
        var returned = RoutineArguments.Returned(parameters);
        var settings = connection.Settings;
        var schema = name.Parts switch
        {
            1 => connection.Conversation.Handle.Schema,
            2 => name.Schema,
            _ => null,
        };
        var isFunction = returned is not null;
        var remembered = schema is null ? null : settings.Routines.Find(schema, name.Name, isFunction);
        var routine = remembered;
        if (routine is null && schema is not null)
            routine = await LookUpAsync(connection, asker, schema, name, isFunction, deadline, cancellationToken).ConfigureAwait(false);

        // Declared under another name in the cache, such as with another case, or without its schema.
        if (routine is not null && routine.Name.Sql != name.Sql)
            routine = new Routine(name, isFunction, routine.Returned is null ? routine.Parameters : [routine.Returned, .. routine.Parameters]);
        var listener = takesWarnings && connection.Conversation.Handle.ListensForWarnings ? connection : null;
        if (routine is null)
            return Undeclared(name, schema, settings, parameters, returned, listener);
        MuxParameter[] arguments;
        try
        {
            arguments = RoutineArguments.Align(routine, parameters);
        }
        catch (ArgumentException) when (remembered is not null)
        {
            // Perhaps it is the routine that has changed, and the parameters are right.
            settings.Routines.Forget(schema!, remembered);
            return await PrepareAsync(connection, asker, text, parameters, takesWarnings, deadline, cancellationToken).ConfigureAwait(false);
        }

        return new RoutineCall(routine, schema, settings, arguments, returned, isDeclared: true, listener)
        {
            Deadline = deadline,
            IsRemembered = remembered is not null,
        };
    }

    /// <summary>
    /// Looks the routine of a refused call up again. Only for a call that <see cref="WasRefusedUnrun"/>.
    /// </summary>
    /// <param name="connection">Whose call it was.</param>
    /// <param name="asker">The command.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>True where it was refused because the routine is declared otherwise by now: then nothing of it has run, and it may be called again.</returns>
    public async ValueTask<bool> IsOutdatedAsync(MuxConnection connection, object asker, CancellationToken cancellationToken)
    {
        if (connection.State != ConnectionState.Open)
            return false;
        try
        {
            var now = await LookUpAsync(connection, asker, _schema!, _routine.Name, _routine.IsFunction, Deadline, cancellationToken).ConfigureAwait(false);
            return now is not null && StaleCall.Explains(_refusal!, _schema!, _routine, now);
        }
        catch (MuxException)
        {
            // Why the call was refused matters more.
            return false;
        }
    }

    private static async ValueTask<Routine?> LookUpAsync(
        MuxConnection connection, object asker, string schema, RoutineName name, bool isFunction, Deadline deadline, CancellationToken cancellationToken)
    {
        var catalog = connection.Settings.Routines;
        var changes = catalog.Changes;
        var routine = await RoutineReader.ReadAsync(connection, asker, schema, name, isFunction, deadline, cancellationToken).ConfigureAwait(false);
        if (routine is not null)
            catalog.Learn(schema, routine, changes);
        return routine;
    }

    /// <summary>Starts over, before the call is sent.</summary>
    public void Restart() => _phase = _routine.IsFunction ? CallPhase.Output : _text.SetsVariables ? CallPhase.Setting : CallPhase.Calling;

    /// <summary>Binds the markers of the call's text.</summary>
    /// <param name="statement">The statement; all markers before those of the call are bound.</param>
    /// <param name="first">The first marker of the call.</param>
    /// <param name="end">The marker behind its last one.</param>
    /// <param name="variablesAreOwn">Whether the call's variables do not pin: false where the text around it pins for variables anyway.</param>
    public void Bind(Statement statement, int first, int end, bool variablesAreOwn)
    {
        var markers = statement.Text.Markers;
        var set = 0;
        var passed = 0;
        for (var i = first; i < end; i++)
        {
            if (markers[i].IsAt)
            {
                if (variablesAreOwn)
                    statement.LeaveOwnVariable();
                else
                    statement.LeaveVariable();
                continue;
            }

            // First the values that variables are set to, then those that are passed on.
            var argument = Next(ref set, ParameterDirection.InputOutput) ?? Next(ref passed, ParameterDirection.Input)!;
            statement.Bind(ForeignParameters.Bound(argument, _settings.PassedParameters));
        }
    }

    /// <summary>Takes what belongs to the call alone: the statements around it, and the result with its output.</summary>
    /// <param name="item">What the reply is at.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>Whether nobody else should see it.</returns>
    /// <exception cref="MuxException">An output parameter cannot be of its type.</exception>
    public bool Takes(ReplyItem item, Reply reply)
    {
        switch (_phase)
        {
            case CallPhase.Setting:
                _phase = CallPhase.Calling;
                return true;

            // Whatever the procedure selects comes first, and then it is done.
            case CallPhase.Calling:
                _hasAnswered = true;
                if (item == ReplyItem.Done)
                {
                    _hasWarnings = reply.Warnings > 0;
                    _phase = _text.ReadsWarnings ? CallPhase.Warnings : _text.ReadsVariables ? CallPhase.Output : CallPhase.Over;
                }

                return false;

            case CallPhase.Warnings:
                _phase = CallPhase.Output;
                if (item == ReplyItem.Rows)
                    TakeWarnings(reply);
                return true;

            case CallPhase.Output:
                _phase = _routine.IsFunction ? CallPhase.Over : CallPhase.Clearing;
                if (item == ReplyItem.Rows && reply.ReadRow())
                    TakeOutput(reply);
                return true;

            case CallPhase.Clearing:
                _phase = CallPhase.Over;
                return true;

            default:
                return false;
        }
    }

    /// <summary>The server refused it: perhaps the routine is not what it was.</summary>
    /// <param name="error">The error.</param>
    public void OnError(ErrPacket error)
    {
        // 45000 is what routines themselves raise.
        if (!_isDeclared || error.SqlState == "45000")
            return;
        _settings.Routines.Forget(_schema!, _routine);
        if (IsRemembered && !_hasAnswered && _phase is CallPhase.Calling or CallPhase.Output && StaleCall.MayExplain(error))
            _refusal = error;
    }

    // Without a declaration parameters go by their order.
    private static RoutineCall Undeclared(
        RoutineName name, string? schema, DataSourceSettings settings, MuxParameterCollection? parameters, MuxParameter? returned, MuxConnection? listener)
    {
        MuxParameter[] arguments = parameters is null ? [] : [.. parameters.Own.Where(parameter => parameter != returned)];
        var declared = arguments.Select(static parameter =>
            new RoutineParameter(parameter.BareName, parameter.Direction, new ColumnDefinition { Name = parameter.BareName }, 0));
        return new RoutineCall(new Routine(name, returned is not null, [.. declared]), schema, settings, arguments, returned, isDeclared: false, listener);
    }

    private MuxParameter? Next(ref int place, ParameterDirection direction)
    {
        while (place < _arguments.Length)
        {
            var i = place++;
            if (_routine.Parameters[i].Direction == direction)
                return _arguments[i];
        }

        return null;
    }

    // What the server would show behind a call without warnings are those of an earlier statement.
    private void TakeWarnings(Reply reply)
    {
        var warnings = new List<ServerWarning>();
        while (_hasWarnings && reply.ReadRow())
        {
            _ = int.TryParse(reply.GetCell(1), NumberStyles.None, CultureInfo.InvariantCulture, out var code);
            warnings.Add(new ServerWarning(Encoding.UTF8.GetString(reply.GetCell(0)), code, Encoding.UTF8.GetString(reply.GetCell(2))));
        }

        if (warnings.Count > 0)
            _listener!.Hear(warnings);
    }

    // An output that cannot be read may mean that the routine is declared otherwise by now.
    private void TakeOutput(Reply reply)
    {
        try
        {
            ReadOutput(reply);
        }
        catch (MuxException) when (_isDeclared)
        {
            _settings.Routines.Forget(_schema!, _routine);
            throw;
        }
    }

    private void ReadOutput(Reply reply)
    {
        if (_routine.IsFunction)
        {
            _returned!.Value = OutputValue.Read(reply, 0, reply.Columns[0], _returned, _settings.Cells);
            return;
        }

        var ordinal = 0;
        for (var i = 0; i < _arguments.Length; i++)
        {
            var declared = _routine.Parameters[i];
            if (!declared.IsVariable)
                continue;
            var column = _isDeclared ? declared.Column : reply.Columns[ordinal];
            if (_arguments[i] is { Direction: ParameterDirection.Output or ParameterDirection.InputOutput } parameter)
                parameter.Value = OutputValue.Read(reply, ordinal, column, parameter, _settings.Cells);
            ordinal++;
        }
    }
}
