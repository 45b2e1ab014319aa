using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace YiMaTong.Decode.Claims;

/// <summary>
/// A node without the shared store stays ready and says so: scenes where codes are used many times go on, and the other
/// nodes of the place are without it too.
/// </summary>
internal sealed class SharedHealth(SharedUses uses) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy(
            !uses.Enabled ? "off"
            : !uses.Away ? null
            : uses.WhenAway == AwayPolicy.Refuse ? "the shared store is away; scans of single use are refused"
            : "the shared store is away; two nodes may let a code in once each"));
}
