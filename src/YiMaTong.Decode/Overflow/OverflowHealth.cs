using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Overflow;

/// <summary>A node whose disk takes no pages of the directory stays ready and says so: gates are answered.</summary>
internal sealed class OverflowHealth(ISubjectDirectory directory) : IHealthCheck
{
    private const long KiB = 1024;

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var bytes = directory.UnwrittenBytes;
        return Task.FromResult(HealthCheckResult.Healthy(bytes == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the disk refuses pages of the directory; {(bytes + KiB - 1) / KiB} KiB wait in memory")));
    }
}
