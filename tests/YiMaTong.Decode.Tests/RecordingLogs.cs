using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace YiMaTong.Decode.Tests;

/// <summary>Keeps what was logged, for tests to look at.</summary>
internal sealed class RecordingLogs : ILoggerFactory, ILogger, ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Event, string Text)> Entries { get; } = new();

    public IEnumerable<string> Errors => Entries.Where(e => e.Level >= LogLevel.Error).Select(e => e.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // One sink is all there is.
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((logLevel, eventId.Name ?? "", formatter(state, exception)));

    public void Dispose()
    {
        // Nothing is held.
    }
}
