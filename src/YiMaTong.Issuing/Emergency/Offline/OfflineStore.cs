using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Issuing.Audit;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Keeps offline scans. A run is stored in one transaction; what is there already stays as it is, so a run may be sent
/// again after any failure, and in parts, and by more than one process. Thread-safe: the database's write lock orders
/// the calls.
/// </summary>
internal sealed class OfflineStore(
    IDbContextFactory<IssuingDbContext> contexts, OfflineLookup lookup, EmergencyMetrics metrics,
    IOptions<AuditOptions> audit, TimeProvider time, ILogger<OfflineStore> log)
{
    private const int WalkRows = 5000;

    private static readonly TimeSpan ChinaTime = TimeSpan.FromHours(8);

    /// <summary>Stores what is new of a run.</summary>
    /// <returns>Highest sequence up to which the journal is whole; or PY1001 for another merchant's journal.</returns>
    public async Task<(Outcome Outcome, long StoredThrough)> StoreAsync(
        OfflineUploader uploader, OfflineScanRun run, CancellationToken cancellationToken)
    {
        var arrival = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var journal = await JournalOf(db, uploader, run.JournalId.ToByteArray(), cancellationToken);
        if (journal.MerchantId != uploader.MerchantId)
        {
            return (Outcome.BadParameter("payload.journalId"), 0);
        }

        var added = await AddScans(db, journal, uploader, run, arrival, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await Raise(db, journal, run, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        metrics.Stored(added);
        return (Outcome.Ok, journal.StoredThrough);
    }

    /// <summary>
    /// Deletes scans that came before a day: when they were is what a gate says, and a wrong clock must neither delete
    /// them at once nor keep them for ever. Then journals that were first seen before it and have no scans.
    /// </summary>
    public async Task DeleteBeforeAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        var day = DayOf(instant.ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.OfflineScans.Where(scan => scan.ArrivedDay < day).ExecuteDeleteAsync(cancellationToken);
        await db.OfflineJournals
            .Where(journal => journal.FirstSeenAt < instant
                && !db.OfflineScans.Any(scan => scan.JournalId == journal.Id))
            .ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Day in UTC+8 as a number: yyyyMMdd.</summary>
    public static int DayOf(long milliseconds)
    {
        var day = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToOffset(ChinaTime);
        return (day.Year * 10_000) + (day.Month * 100) + day.Day;
    }

    private async Task<OfflineJournalRow> JournalOf(
        IssuingDbContext db, OfflineUploader uploader, byte[] identity, CancellationToken cancellationToken)
    {
        var known = await db.OfflineJournals.SingleOrDefaultAsync(row => row.Journal == identity, cancellationToken);
        if (known is null)
        {
            known = new OfflineJournalRow
            {
                Journal = identity,
                MerchantId = uploader.MerchantId,
                MacId = uploader.MacId,
                FirstSeenAt = time.GetUtcNow(),
            };
            db.OfflineJournals.Add(known);
            await db.SaveChangesAsync(cancellationToken);
        }

        return known;
    }

    private async Task<int> AddScans(
        IssuingDbContext db, OfflineJournalRow journal, OfflineUploader uploader, OfflineScanRun run,
        DateTimeOffset arrival, CancellationToken cancellationToken)
    {
        var (first, last) = ((long)run.FirstSequence, (long)run.FirstSequence + run.Scans.Count - 1);
        var known = await db.OfflineScans
            .Where(scan => scan.JournalId == journal.Id && scan.Sequence >= first && scan.Sequence <= last)
            .ToDictionaryAsync(scan => (scan.Sequence, scan.Digest), cancellationToken);
        var sequences = known.Keys.Select(scan => scan.Sequence).ToHashSet();
        var digests = run.Scans.Select(Digest).ToArray();
        var sender = Sender(journal, uploader);
        foreach (var scan in digests.Select((digest, index) => known.GetValueOrDefault((first + index, digest))))
        {
            if (scan is not null)
            {
                scan.Senders |= sender;
            }
        }

        if (digests.Select((digest, index) => (first + index, digest)).All(known.ContainsKey))
        {
            return 0;
        }

        var clock = new OfflineClock(run, arrival, TimeSpan.FromDays(audit.Value.RetentionDays));
        var times = run.Scans.Select(clock.Of).ToArray();
        var findings = await lookup.FindAsync(db, run, times, cancellationToken);
        var (added, conflicts) = (0, 0);
        for (var index = 0; index < run.Scans.Count; index++)
        {
            if (!known.ContainsKey((first + index, digests[index])))
            {
                added++;
                conflicts += sequences.Contains(first + index) ? 1 : 0;
                var row = Row(journal.Id, uploader, run.Scans[index], times[index], findings[index]);
                (row.Sequence, row.Digest, row.Senders) = (first + index, digests[index], sender);
                row.ArrivedDay = DayOf(arrival.ToUnixTimeMilliseconds());
                db.OfflineScans.Add(row);
            }
        }

        if (conflicts > 0)
        {
            log.JournalConflict(journal.Id, conflicts);
        }

        return added;
    }

    // Two devices with one journal: its folder was copied, or moved to a new device.
    private OfflineSenders Sender(OfflineJournalRow journal, OfflineUploader uploader)
    {
        if (journal.MacId == uploader.MacId)
        {
            return OfflineSenders.First;
        }

        if (journal.OtherMacId != uploader.MacId)
        {
            log.JournalElsewhere(journal.Id);
            journal.OtherMacId = uploader.MacId;
        }

        return OfflineSenders.Other;
    }

    // Runs may come out of order: what came before its turn is counted once the gap before it is filled.
    private static async Task Raise(
        IssuingDbContext db, OfflineJournalRow journal, OfflineScanRun run, CancellationToken cancellationToken)
    {
        var (first, last) = ((long)run.FirstSequence, (long)run.FirstSequence + run.Scans.Count - 1);
        journal.Highest = Math.Max(journal.Highest, last);
        if (first > journal.StoredThrough + 1)
        {
            return;
        }

        journal.StoredThrough = Math.Max(journal.StoredThrough, last);
        while (journal.StoredThrough < journal.Highest)
        {
            var from = journal.StoredThrough;
            var page = await db.OfflineScans.AsNoTracking()
                .Where(scan => scan.JournalId == journal.Id && scan.Sequence > from)
                .Select(scan => scan.Sequence).Distinct().OrderBy(sequence => sequence).Take(WalkRows)
                .ToListAsync(cancellationToken);
            var whole = page.TakeWhile((sequence, index) => sequence == from + 1 + index).Count();
            journal.StoredThrough += whole;
            if (whole == 0 || whole < page.Count)
            {
                return;
            }
        }
    }

    private static OfflineScanRow Row(
        int journal, OfflineUploader uploader, OfflineScan scan, OfflineTime at, OfflineFinding finding) => new()
        {
            JournalId = journal,
            MerchantId = uploader.MerchantId,
            Day = DayOf(at.Ms),
            AtMs = scan.AtMs,
            SkewMs = at.Ms - scan.AtMs,
            ScanId = scan.ScanId,
            Form = (int)scan.Form,
            Direction = (int)scan.Direction,
            Decision = (int)scan.Decision,
            Told = (int)scan.Told,
            ShowingId = OfflineLookup.ShowingOf(scan),
            KeyId = OfflineLookup.KeyOf(scan),
            StatusRevision = (long)scan.StatusRevision,
            DeclarationId = scan.DeclarationId.IsEmpty ? null : scan.DeclarationId.ToByteArray(),
            Handle = finding.Handle,
            SingleUse = uploader.SingleUse,
            // A gate that told so had heard of it, and let the holder out all the same.
            Revoked = finding.Revoked && scan.Decision == Decision.Permit
                && scan.Told != PyCodes.Revoked.Number && scan.Told != PyCodes.IssuingKeyInvalid.Number,
            Unopened = finding.Unopened,
        };

    private static long Digest(OfflineScan scan) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(scan.ToByteArray()));
}
