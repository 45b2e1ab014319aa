using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace YiMaTong.Decode.Used;

/// <summary>A node whose disk takes no uses stays ready and says so: gates are answered.</summary>
internal sealed class UsedHealth(UsedJournals journals) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy(
            journals.Trouble ? "the disk refuses or hangs; what is used now may be forgotten at a restart" : null));
}
