namespace MuxProvider.Conformance;

/// <summary>Which of the two forms of a method is called.</summary>
public enum Calling
{
    /// <summary>The one that blocks.</summary>
    Blocking,

    /// <summary>The one that returns a task.</summary>
    Awaited,
}
