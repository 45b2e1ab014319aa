using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace YiMaTong.Issuing.Tests.Citizens;

/// <summary>Keeps all that is logged at any level, scopes and exceptions included. Thread-safe.</summary>
internal sealed class CapturedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Category, string Text)> _lines = new();

    public IEnumerable<string> Errors =>
        _lines.Where(line => line.Level >= LogLevel.Error).Select(line => $"{line.Category}: {line.Text}");

    /// <summary>Everything of a level and above in one text.</summary>
    public string TextAt(LogLevel least) =>
        string.Join('\n', _lines.Where(line => line.Level >= least).Select(line => $"{line.Category}: {line.Text}"));

    /// <summary>How many lines of a category begin with a text.</summary>
    public int Count(string category, string start) => _lines.Count(
        line => line.Category == category && line.Text.StartsWith(start, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(CapturedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            logs._lines.Enqueue((LogLevel.Trace, category, state.ToString() ?? ""));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            logs._lines.Enqueue((logLevel, category, $"{formatter(state, exception)} {exception}"));
    }
}
