using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace YiMaTong.Issuing.Tests.Platform;

/// <summary>Keeps every line that is logged, exceptions included.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose()
    {
    }

    private sealed class Recorder(RecordedLogs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            logs.Lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
