using MuxProvider.Links;

namespace MuxProvider;

/// <summary>The messages that the server left behind a statement. Immutable.</summary>
public sealed class MuxInfoMessageEventArgs : EventArgs
{
    internal MuxInfoMessageEventArgs(IReadOnlyList<ServerWarning> warnings)
    {
        var errors = new MuxError[warnings.Count];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = new MuxError(warnings[i].Level, warnings[i].Code, warnings[i].Message);
        Errors = Array.AsReadOnly(errors);
    }

    /// <summary>The messages, in the server's order; at least one.</summary>
    public IReadOnlyList<MuxError> Errors { get; }
}
