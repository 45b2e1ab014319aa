using Microsoft.Extensions.Diagnostics.HealthChecks;
using YiMaTong.Decode.Feed;

namespace YiMaTong.Decode;

/// <summary>The node is ready when it holds a whole snapshot; a node that lost its feed since stays ready.</summary>
internal sealed class NodeReadiness(NodeStatus status) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(status.Current.Complete
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("the directory is loading"));
}
