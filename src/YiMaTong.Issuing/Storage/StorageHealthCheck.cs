using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace YiMaTong.Issuing.Storage;

/// <summary>Ready when the database answers. Thread-safe.</summary>
internal sealed class StorageHealthCheck(
    IDbContextFactory<IssuingDbContext> contexts, StorageStarter starter) : IHealthCheck
{
    public const string Name = "issuing-database";

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!starter.Started)
        {
            return HealthCheckResult.Unhealthy("The database is being prepared.");
        }

        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await db.FeedStates.AsNoTracking().Select(state => state.Revision).SingleAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            return HealthCheckResult.Unhealthy($"The database {reason}.");
        }
    }
}
