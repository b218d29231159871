namespace MuxProvider.Protocol;

/// <summary>
/// What a reply reveals about the session it came from, gathered over all its results.
/// An ERR packet reveals nothing: <see cref="HasStatus"/> and <see cref="Status"/> then tell of the last result before it.
/// </summary>
public record struct ReplyEvidence
{
    /// <summary>The status flags of the last OK or EOF packet.</summary>
    public ServerStatus Status { get; private set; }

    /// <summary>Whether any packet carried status flags.</summary>
    public bool HasStatus { get; private set; }

    /// <summary>Whether session tracking said that some state of the session changed.</summary>
    public bool StateChanged { get; private set; }

    /// <summary>Whether session tracking said that the default schema changed.</summary>
    public bool SchemaChanged { get; private set; }

    /// <summary>The default schema after the reply, where <see cref="SchemaChanged"/>; "" for none.</summary>
    public string? Schema { get; private set; }

    /// <summary>The session's sql_mode after the reply, where session tracking told it.</summary>
    public string? SqlMode { get; private set; }

    /// <summary>The character set in which the session reads texts after the reply, where session tracking told it.</summary>
    public string? ClientCharacterSet { get; private set; }

    /// <summary>The number of the error that ended the reply; 0 for none.</summary>
    public ushort ErrorCode { get; internal set; }

    /// <summary>The rows changed by the last result, or -1 where it had rows: what <c>ROW_COUNT()</c> answers, unless an error ended the reply.</summary>
    public long RowCount { get; private set; }

    /// <summary>The warnings of the last result.</summary>
    public ushort Warnings { get; private set; }

    /// <summary>Whether nothing tells how many warnings there are.</summary>
    public bool HidesWarnings { get; private set; }

    /// <summary>What a driver tells that hides the packets: nothing of the session.</summary>
    /// <param name="rowCount">The rows changed by the last result, or -1 where it had rows.</param>
    /// <param name="errorCode">The number of the error that ended the reply; 0 for none.</param>
    /// <returns>The evidence.</returns>
    public static ReplyEvidence OfResult(long rowCount, ushort errorCode) => new() { RowCount = rowCount, ErrorCode = errorCode, HidesWarnings = true };

    /// <summary>The same reply, and the default schema behind it.</summary>
    /// <param name="schema">The schema; "" for none.</param>
    /// <returns>The evidence.</returns>
    public readonly ReplyEvidence WithSchema(string schema) => this with { SchemaChanged = true, Schema = schema };

    /// <summary>The same reply, and the sql_mode behind it.</summary>
    /// <param name="sqlMode">The sql_mode.</param>
    /// <returns>The evidence.</returns>
    public readonly ReplyEvidence WithSqlMode(string sqlMode) => this with { SqlMode = sqlMode };

    /// <summary>The same reply, and what is known otherwise of the session behind it.</summary>
    /// <param name="status">The status flags.</param>
    /// <param name="stateChanged">Whether some state of the session may have changed.</param>
    /// <param name="schema">The default schema, "" for none; null where it is as it was.</param>
    /// <returns>The evidence.</returns>
    public readonly ReplyEvidence WithSession(ServerStatus status, bool stateChanged, string? schema) => this with
    {
        Status = status,
        HasStatus = true,
        StateChanged = stateChanged,
        SchemaChanged = schema is not null,
        Schema = schema,
    };

    /// <summary>Adds what an OK packet tells.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="endsRows">Whether it stands behind rows.</param>
    public void Add(in OkPacket packet, bool endsRows = false)
    {
        Status = packet.Status;
        HasStatus = true;
        Warnings = packet.Warnings;

        // The server counts as the function does: what is too large for it is negative there too.
        RowCount = endsRows ? -1 : unchecked((long)packet.AffectedRows);
        if (!packet.SessionTrack.IsEmpty)
            AddSessionTrack(packet.SessionTrack);
    }

    /// <summary>Adds what an EOF packet tells.</summary>
    /// <param name="packet">The packet.</param>
    public void Add(EofPacket packet)
    {
        Status = packet.Status;
        HasStatus = true;
        Warnings = packet.Warnings;
        RowCount = -1;
    }

    private void AddSessionTrack(ReadOnlySpan<byte> block)
    {
        var track = new SessionTrackReader(block);
        while (track.Read())
        {
            switch (track.Type)
            {
                case SessionTrackType.StateChange:
                    StateChanged = true;
                    break;
                case SessionTrackType.Schema:
                    SchemaChanged = true;
                    Schema = track.ReadName();
                    break;
                case SessionTrackType.SystemVariable:
                    AddVariable(track);
                    break;
            }
        }
    }

    private void AddVariable(SessionTrackReader track)
    {
        switch (track.ReadName())
        {
            case "sql_mode":
                SqlMode = track.ReadValue();
                break;
            case "character_set_client":
                ClientCharacterSet = track.ReadValue();
                break;
        }
    }
}
