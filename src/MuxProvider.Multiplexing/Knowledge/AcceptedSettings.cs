using System.Collections.Concurrent;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Texts with SET that the server has taken without error or warning: on later handles they need no server, because a prefix brings
/// their values. Bounded; any thread may use it.
/// </summary>
internal sealed class AcceptedSettings
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, bool> _texts = new(StringComparer.Ordinal);

    /// <summary>Whether a text was taken before.</summary>
    /// <param name="text">The SQL text.</param>
    /// <returns>True where the server need not be asked.</returns>
    public bool Contains(string text) => _texts.ContainsKey(text);

    /// <summary>Remembers that a text was taken.</summary>
    /// <param name="text">The SQL text.</param>
    public void Add(string text)
    {
        // Whoever sets ever new values gains nothing from remembering them.
        if (_texts.Count >= Most)
            _texts.Clear();
        _texts[text] = true;
    }
}
