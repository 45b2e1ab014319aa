using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Incidents;

/// <summary>
/// Looks at issuing itself: its health checks, and whether calls failed for the database since the last look, since
/// reading may go on where writing fails. A check that hangs counts as failed and is not asked again until it has
/// ended. For one caller at a time.
/// </summary>
internal sealed class SelfProbe(
    HealthCheckService health, StorageFaults faults, IOptions<IncidentOptions> options, TimeProvider time)
{
    private const string OwnChecks = "issuing";

    private Task<HealthReport>? _pending;
    private long _faultsSeen = faults.Count;

    /// <summary>Looks.</summary>
    /// <returns>Null where issuing is well, else what is not.</returns>
    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        var count = faults.Count;
        var failed = count - _faultsSeen;
        _faultsSeen = count;
        if (_pending is { IsCompleted: false })
        {
            return "a health check hangs";
        }

        // SQLite blocks its caller while it waits for a lock: the check has a thread of its own.
        _pending = Task.Run(
            () => health.CheckHealthAsync(
                check => check.Name.StartsWith(OwnChecks, StringComparison.Ordinal), cancellationToken),
            cancellationToken);
        try
        {
            var report = await _pending.WaitAsync(
                TimeSpan.FromMilliseconds(options.Value.ProbeTimeoutMs), time, cancellationToken);
            return report.Status != HealthStatus.Healthy ? "a health check fails"
                : failed > 0 ? $"{failed} calls failed for the database"
                : null;
        }
        catch (TimeoutException)
        {
            return "a health check takes too long";
        }
    }
}
