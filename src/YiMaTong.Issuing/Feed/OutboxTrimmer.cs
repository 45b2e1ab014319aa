using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Feed;

/// <summary>
/// Keeps the outbox bounded: rows older than the newest ones that settings keep are deleted, and the mark up to which
/// readers must take a snapshot moves in the same transaction. Thread-safe.
/// </summary>
internal sealed class OutboxTrimmer(
    IDbContextFactory<IssuingDbContext> contexts, IOptions<IssuingOptions> options, TimeProvider time,
    ILogger<OutboxTrimmer> logger) : BackgroundService
{
    // Rows per transaction: a writer waits for some milliseconds only.
    private const int StepMax = 10_000;

    /// <summary>Deletes what is too old.</summary>
    /// <returns>Number of revisions trimmed.</returns>
    public async Task<long> Trim(CancellationToken cancellationToken)
    {
        for (long total = 0; ;)
        {
            var deleted = await TrimStep(cancellationToken);
            total += deleted;
            if (deleted == 0)
            {
                return total;
            }
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.Feed.TrimSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var deleted = await Trim(stoppingToken);
                if (deleted > 0)
                {
                    FeedLog.Trimmed(logger, deleted);
                }
            }
            catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
            {
                // The next tick tries again: an outbox that is too long harms nobody for a while.
                FeedLog.TrimFailed(logger, reason);
            }
        }
    }

    private async Task<long> TrimStep(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var state = await db.FeedStates.AsNoTracking().SingleAsync(cancellationToken);
        var target = Math.Min(state.Revision - options.Value.Feed.KeepRevisions, state.TrimmedTo + StepMax);
        if (target <= state.TrimmedTo)
        {
            return 0;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var moved = await db.FeedStates.Where(row => row.TrimmedTo == state.TrimmedTo).ExecuteUpdateAsync(
            row => row.SetProperty(feed => feed.TrimmedTo, target), cancellationToken);
        if (moved == 0)
        {
            return 0; // Another process was faster.
        }

        await db.Outbox.Where(entry => entry.Revision <= target).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return target - state.TrimmedTo;
    }
}
