using Microsoft.Extensions.Logging;

namespace MuxProvider.Tests;

/// <summary>A log that remembers its lines, under one category.</summary>
internal sealed class RecordingLogger : ILoggerFactory, ILogger
{
    public string? Category { get; private set; }

    public List<(LogLevel Level, EventId Event, string Text, Dictionary<string, object?> Values)> Lines { get; } = [];

    /// <summary>What writing a line throws; null for nothing.</summary>
    public Exception? Failure { get; set; }

    public ILogger CreateLogger(string categoryName)
    {
        Category = categoryName;
        return this;
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (Failure is not null)
            throw Failure;
        var values = (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(static pair => pair.Key, static pair => pair.Value);
        Lines.Add((logLevel, eventId, formatter(state, exception), values));
    }

    public void Dispose()
    {
    }
}
