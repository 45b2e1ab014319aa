using Microsoft.Extensions.Diagnostics.HealthChecks;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Snapshots;

namespace YiMaTong.Decode;

/// <summary>
/// The node is ready when it holds a whole snapshot; one that lost its feed since, or cannot write its own snapshots,
/// stays ready.
/// </summary>
internal sealed class NodeReadiness(NodeStatus status, SnapshotHealth snapshots) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(status.Current.Complete
            ? HealthCheckResult.Healthy(
                snapshots.Fault is { } fault ? $"no snapshot can be written: {fault}" : null)
            : HealthCheckResult.Unhealthy("the directory is loading"));
}
