using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency.Trust;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Keeps the status lists with the database. It follows the feed's own record of changes: whatever touches a citizen
/// has an entry there in the same transaction, so no act that voids codes can be forgotten, and nothing has to know of
/// emergency codes. A code is revoked when its holder is frozen or closed, voided all codes, or withdrew or narrowed
/// the claim below what the code grants. Calls follow one another.
/// </summary>
internal sealed class RevocationFollower(
    IDbContextFactory<IssuingDbContext> contexts, StatusBook book, EmergencyFolder folder, EmergencyDisk disk,
    IOptions<EmergencyOptions> options, TimeProvider time, ILogger<RevocationFollower> log)
{
    private const int PageRows = 500;
    private const int SweepRows = 5000;
    private const int SafetySeconds = 3600;

    private StatusMark _mark = new([], 0, []);
    private StatusMark? _written;

    /// <summary>Loads what the database knows, seals what a restored one no longer knows, and catches up.</summary>
    /// <param name="published">The lists as they were published last.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task LoadAsync(IReadOnlyList<StatusList> published, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var state = await db.FeedStates.AsNoTracking().SingleAsync(cancellationToken);
        foreach (var list in published)
        {
            book.Open(list.Number, Math.Max(list.Size, options.Value.ListPlaces));
        }

        await LoadPlacesAsync(db, cancellationToken);
        var known = StatusMark.Read(folder);
        Seal(published, known, state);
        if (known is null || WasRestored(known, state))
        {
            await JudgeAllAsync(db, cancellationToken);
            _mark = _mark with { Revision = state.Revision };
        }

        await FollowAsync(cancellationToken);
        book.OpenNext();
    }

    /// <summary>Takes in what changed since. Costs one look at the newest revision where nothing did.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await db.FeedStates.AsNoTracking().Select(state => state.Revision).SingleAsync(cancellationToken);
        if (newest > _mark.Revision)
        {
            var oldest = await db.Outbox.AsNoTracking().MinAsync(entry => (long?)entry.Revision, cancellationToken);
            if (oldest is null || oldest > _mark.Revision + 1)
            {
                // The entries in between were trimmed away: everything is looked at.
                await JudgeAllAsync(db, cancellationToken);
                _mark = _mark with { Revision = newest };
            }
        }

        while (_mark.Revision < newest)
        {
            var page = await db.Outbox.AsNoTracking()
                .Where(entry => entry.Revision > _mark.Revision && entry.Revision <= newest)
                .OrderBy(entry => entry.Revision).Take(PageRows)
                .Select(entry => new { entry.Revision, entry.Kind, entry.Key }).ToListAsync(cancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            await JudgeAsync(
                db,
                [.. page.Where(entry => entry.Kind == FeedEntity.Subject)
                    .Select(entry => long.Parse(entry.Key, CultureInfo.InvariantCulture)).Distinct()],
                cancellationToken);
            _mark = _mark with { Revision = page[^1].Revision };
        }
    }

    /// <summary>
    /// Gives back the places of codes that are long over: only by a clock that can be relied on, for a place that is
    /// given back is no longer revoked.
    /// </summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddSeconds(-options.Value.ReuseAfterSeconds);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        while (true)
        {
            var over = await db.EmergencyCodes.AsNoTracking()
                .Where(code => code.ExpiresAt < before).OrderBy(code => code.ExpiresAt).Take(SweepRows)
                .Select(code => new { code.Id, code.StatusList, code.StatusIndex }).ToListAsync(cancellationToken);
            if (over.Count == 0)
            {
                break;
            }

            var ids = over.Select(code => code.Id).ToList();
            await db.EmergencyCodes.Where(code => ids.Contains(code.Id)).ExecuteDeleteAsync(cancellationToken);
            book.Free(over.Select(code => new StatusPlace(code.StatusList, code.StatusIndex)));
        }

        book.Unseal((uint)time.GetUtcNow().ToUnixTimeSeconds());
    }

    /// <summary>Opens the next list in time, and has the mark written.</summary>
    public void Keep()
    {
        book.OpenNext();
        if (_written != _mark)
        {
            _mark.Write(folder, disk);
            _written = _mark;
        }
    }

    // Both queries are answered from an index alone: no row of a week's codes is read.
    private async Task LoadPlacesAsync(IssuingDbContext db, CancellationToken cancellationToken)
    {
        var codes = db.EmergencyCodes.AsNoTracking();
        await foreach (var place in codes.Select(code => new StatusPlace(code.StatusList, code.StatusIndex))
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            book.Put(place, revoked: false);
        }

        await foreach (var place in codes.Where(code => code.RevokedAt != null)
            .Select(code => new StatusPlace(code.StatusList, code.StatusIndex))
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            book.Put(place, revoked: true);
        }
    }

    private async Task JudgeAllAsync(IssuingDbContext db, CancellationToken cancellationToken)
    {
        for (long last = 0; ;)
        {
            var now = time.GetUtcNow();
            var page = await db.EmergencyCodes.AsNoTracking()
                .Where(code => code.CitizenId > last && code.RevokedAt == null && code.ExpiresAt > now)
                .Select(code => code.CitizenId).Distinct().OrderBy(id => id).Take(PageRows)
                .ToListAsync(cancellationToken);
            if (page.Count == 0)
            {
                return;
            }

            await JudgeAsync(db, page, cancellationToken);
            last = page[^1];
        }
    }

    private async Task JudgeAsync(IssuingDbContext db, List<long> citizens, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = await (
            from code in db.EmergencyCodes.AsNoTracking()
            where citizens.Contains(code.CitizenId) && code.RevokedAt == null && code.ExpiresAt > now
            join citizen in db.Citizens.AsNoTracking() on code.CitizenId equals citizen.Id
            join entry in db.Consents.AsNoTracking().Where(entry => entry.ChannelId == null && entry.EndedAt == null)
                on citizen.Id equals entry.CitizenId into claims
            from claim in claims.DefaultIfEmpty()
            select new { Code = code, Citizen = citizen, Claim = claim }).ToListAsync(cancellationToken);
        var voided = rows.Where(row => !EmergencyRights.Cover(row.Citizen, row.Claim, row.Code))
            .Select(row => row.Code).DistinctBy(code => code.Id).ToList();
        if (voided.Count == 0)
        {
            return;
        }

        // The lists first: a revocation waits for no disk. After a restart it is found again.
        book.Revoke(voided.Select(code => new StatusPlace(code.StatusList, code.StatusIndex)));
        var ids = voided.Select(code => code.Id).ToList();
        await db.EmergencyCodes.Where(code => ids.Contains(code.Id)).ExecuteUpdateAsync(
            code => code.SetProperty(row => row.RevokedAt, now), cancellationToken);
    }

    private void Seal(IReadOnlyList<StatusList> published, StatusMark? known, FeedState state)
    {
        var (now, seals) = ((uint)time.GetUtcNow().ToUnixTimeSeconds(), new Dictionary<byte, uint>());
        var restored = known is not null && WasRestored(known, state);
        var until = now + (uint)(options.Value.LifeSeconds + options.Value.ReuseAfterSeconds + SafetySeconds);
        foreach (var list in published)
        {
            var end = restored ? until : known?.Sealed.GetValueOrDefault(list.Number) ?? 0;
            if (end > now)
            {
                seals[list.Number] = end;
                book.Seal(list.Number, list.Bits, end);
            }
        }

        _mark = new StatusMark(state.Epoch, restored ? 0 : known?.Revision ?? 0, seals);
        if (restored && seals.Count > 0)
        {
            log.ListsSealed(seals.Count, until);
        }
    }

    // Another epoch, or less history than was followed before.
    private static bool WasRestored(StatusMark known, FeedState state) =>
        !known.Epoch.AsSpan().SequenceEqual(state.Epoch) || known.Revision > state.Revision;
}
