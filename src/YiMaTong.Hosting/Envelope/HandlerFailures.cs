using Microsoft.Extensions.Logging;
using YiMaTong.Codes.Returns;

namespace YiMaTong.Hosting.Envelope;

/// <summary>
/// What a caller is told of a handler that failed unexpectedly: PY1998 where the service is degraded, PY1999 for
/// everything else; the cause goes to the log. Thread-safe.
/// </summary>
public sealed class HandlerFailures(IEnumerable<IDegradationJudge> judges, ILogger<HandlerFailures> logger)
{
    /// <summary>Judges a failure and logs it.</summary>
    /// <param name="unexpected">What the handler threw.</param>
    /// <param name="method">The method's name.</param>
    public PyCode Judge(Exception unexpected, string method)
    {
        if (judges.Explain(unexpected) is { } reason)
        {
            HostingLog.HandlerDegraded(logger, method, reason);
            return PyCodes.Busy;
        }

        HostingLog.HandlerFailed(logger, method, unexpected);
        return PyCodes.SystemError;
    }
}
