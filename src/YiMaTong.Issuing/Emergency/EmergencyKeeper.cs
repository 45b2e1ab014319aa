using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Issuing.Audit;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// The upkeep of emergency codes, beside the requests: it follows revocations, publishes what changed at most once a
/// second, rotates keys in time, and tells citizens of declarations. A commit of this process wakes it at once, so a
/// revocation is published within about a second. Rounds follow one another.
/// </summary>
internal sealed class EmergencyKeeper(
    EmergencyKeyring keyring, DeclarationBook declarations, TrustPublisher publisher, RevocationFollower follower,
    DeclarationNotices notices, OfflineStore offline, ClockWatch clock, IDbContextFactory<IssuingDbContext> contexts,
    FeedSignal signal, IOptions<AuditOptions> audit, TimeProvider time, ILogger<EmergencyKeeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _catalogue = -1;
    private DateTimeOffset _sweepAt;
    private string? _refused;

    /// <summary>Publishes before anyone is served.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keyring.LoadAsync(cancellationToken);
        declarations.Load();
        var published = publisher.TakeUp();
        clock.Start(published.Max(list => (uint?)list.IssuedAt) ?? 0);
        await follower.LoadAsync(published, cancellationToken);
        publisher.ShowKeys();
        await ReadCatalogueAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Does once what is to be done.</summary>
    public async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await FollowAsync(cancellationToken);
            if (keyring.Tend())
            {
                publisher.ShowKeys();
            }

            publisher.ShowLists();
            await notices.ShowAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var changes = signal.Listen();
            var began = time.GetTimestamp();
            try
            {
                await RunRoundAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Gates go on with what is published; the next round tries again.
                log.RoundFailed(Fault.Describe(failure));
            }

            // Woken by a commit, but never more than once a pace: a list has one revision for all that came together.
            await changes.Wait(Pace, time, stoppingToken);
            var rest = Pace - time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, stoppingToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await follower.FollowAsync(cancellationToken);
            if (time.GetUtcNow() >= _sweepAt)
            {
                if (clock.IsSteady())
                {
                    await follower.SweepAsync(cancellationToken);
                    await offline.DeleteBeforeAsync(
                        time.GetUtcNow().AddDays(-audit.Value.RetentionDays), cancellationToken);
                }

                follower.Keep();
                _sweepAt = time.GetUtcNow() + SweepEvery;
            }

            await ReadCatalogueAsync(cancellationToken);
            _refused = null;
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            // Said once for as long as it lasts.
            if (_refused != reason)
            {
                log.DatabaseRefused(reason);
            }

            _refused = reason;
        }
    }

    private async Task ReadCatalogueAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var revision = await db.Tags.AsNoTracking().MaxAsync(tag => (long?)tag.Revision, cancellationToken) ?? 0;
        if (revision == _catalogue)
        {
            return;
        }

        var tags = await db.Tags.AsNoTracking().Where(tag => tag.Active).OrderBy(tag => tag.Number)
            .ToListAsync(cancellationToken);

        // A row that was not written by the registry must not keep all others from gates.
        var shown = tags.Select(tag => new CatalogueTag(
            tag.Number, tag.Text, tag.Icon, (byte)tag.BackgroundColor, (byte)tag.FontColor)).Where(tag => tag.IsValid);
        _catalogue = publisher.ShowCatalogue((ulong)revision, [.. shown]) ? revision : _catalogue;
    }
}
