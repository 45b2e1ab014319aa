using Microsoft.Extensions.Logging;

namespace YiMaTong.Hosting;

/// <summary>What this project logs. Never a body, a header or a query: they hold codes and tokens.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Error, "A request failed outside its handler")]
    public static partial void RequestFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "The handler of {Method} failed")]
    public static partial void HandlerFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "Stopping: not ready any more, draining for {Seconds} s")]
    public static partial void Draining(ILogger logger, int seconds);

    [LoggerMessage(4, LogLevel.Warning, "{Method} answered PY1998: {Reason}")]
    public static partial void HandlerDegraded(ILogger logger, string method, string reason);

    [LoggerMessage(5, LogLevel.Warning, "A request was refused with 503 outside its handler: {Reason}")]
    public static partial void RequestDegraded(ILogger logger, string reason);
}
