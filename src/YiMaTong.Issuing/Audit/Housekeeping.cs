using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Audit;

/// <summary>
/// Deletes what is over: citizens' sessions, tokens and authorisations of OAuth, decision records beyond their
/// retention. A sweep that fails leaves the others be and is tried again at the next turn.
/// </summary>
internal sealed class Housekeeping(
    IServiceScopeFactory scopes,
    DecisionStore decisions,
    IOptions<AuditOptions> audit,
    IOptions<HousekeepingOptions> options,
    TimeProvider time,
    ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>Sweeps once.</summary>
    public async Task Sweep(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var tokensBefore = now.AddDays(-options.Value.TokenDays);
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        await Try("citizens' sessions", () => services.GetRequiredService<IssuingDbContext>().CitizenSessions
            .Where(session => session.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken));

        // Tokens first: an authorisation goes only when it has none left.
        await Try("tokens", async () => await services.GetRequiredService<IOpenIddictTokenManager>()
            .PruneAsync(tokensBefore, cancellationToken));
        await Try("authorisations", async () => await services.GetRequiredService<IOpenIddictAuthorizationManager>()
            .PruneAsync(tokensBefore, cancellationToken));
        await Try("decision records", () => decisions.DeleteBefore(
            now.AddDays(-audit.Value.RetentionDays), cancellationToken));
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(options.Value.IntervalMinutes), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Sweep(stoppingToken);
        }
    }

    private Task Try(string what, Func<Task<int>> sweep) => Try(what, async () => (long)await sweep());

    private async Task Try(string what, Func<Task<long>> sweep)
    {
        try
        {
            var count = await sweep();
            if (count > 0)
            {
                AuditLog.Swept(logger, count, what);
            }
        }
        catch (StorageUnavailableException failure)
        {
            AuditLog.Unavailable(logger, failure.Message);
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            AuditLog.SweepFailed(logger, what, reason);
        }
    }
}
