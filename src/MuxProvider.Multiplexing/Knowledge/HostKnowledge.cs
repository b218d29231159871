namespace MuxProvider.Multiplexing;

/// <summary>What a multiplexer has learned of its server and its application. Any thread may use it.</summary>
/// <param name="options">How handles share.</param>
internal sealed class HostKnowledge(MultiplexingOptions options)
{
    /// <summary>Settings that the server takes.</summary>
    public AcceptedSettings Settings { get; } = new();

    /// <summary>What statements that may run routines do to the session.</summary>
    public LearnedRoutines Routines { get; } = new();

    /// <summary>What the bodies of routines and triggers say.</summary>
    public RoutineScan Scan { get; } = new();

    /// <summary>Whether LAST_INSERT_ID() is kept.</summary>
    public GeneratedIdPolicy GeneratedIds { get; } = new(options.TracksGeneratedIds);

    /// <summary>Statements whose answers are large.</summary>
    public LargeAnswers LargeAnswers { get; } = new();

    /// <summary>Something was defined, changed or dropped: what is known of routines is void.</summary>
    public void ObjectsChanged()
    {
        Routines.Forget();
        Scan.Outdate();
    }
}
