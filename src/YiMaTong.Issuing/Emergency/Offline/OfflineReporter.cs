using Microsoft.EntityFrameworkCore;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>
/// Reconciles what was uploaded. Everything is counted at the call, from what is stored. Thread-safe.
/// </summary>
internal sealed class OfflineReporter(IDbContextFactory<IssuingDbContext> contexts)
{
    private const long SkewMsMax = 30_000;
    private const int Permit = (int)Decision.Permit;
    private const int Entry = (int)Direction.Entry;
    private const int Unverified = (int)OfflineForm.Unverified;

    /// <summary>Makes the report of some days.</summary>
    /// <param name="from">First day, yyyyMMdd.</param>
    /// <param name="to">Last day.</param>
    /// <param name="merchantId">The merchant; empty for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<OfflineReport> MakeAsync(
        int from, int to, string merchantId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var view = await ReadTransaction.Begin(db, cancellationToken);
        var scans = db.OfflineScans.AsNoTracking().Where(scan =>
            scan.Day >= from && scan.Day <= to && (merchantId == "" || scan.MerchantId == merchantId));
        var tallies = await Tally(scans, cancellationToken);
        await AddRefusals(tallies, scans, cancellationToken);
        await AddDoubleUses(tallies, db, scans, cancellationToken);
        await AddConflicts(tallies, db, scans, cancellationToken);
        var report = new OfflineReport { Total = Sum(tallies.Values) };
        report.Days.AddRange(tallies.Values);
        report.Gaps.AddRange(await Gaps(db, scans, cancellationToken));
        report.Copies.AddRange(await Copies(db, scans, cancellationToken));
        return report;
    }

    private static async Task<SortedDictionary<(int Day, string Merchant), OfflineTally>> Tally(
        IQueryable<OfflineScanRow> scans, CancellationToken cancellationToken)
    {
        var rows = await scans.GroupBy(scan => new { scan.Day, scan.MerchantId }).Select(group => new
        {
            group.Key.Day,
            group.Key.MerchantId,
            Scans = group.LongCount(),
            Permits = group.LongCount(scan => scan.Decision == Permit),
            Revoked = group.LongCount(scan => scan.Revoked),
            Skewed = group.LongCount(scan => scan.SkewMs > SkewMsMax || scan.SkewMs < -SkewMsMax),
            SkewMsMax = group.Max(scan => scan.SkewMs),
            SkewMsMin = group.Min(scan => scan.SkewMs),
            Unverified = group.LongCount(scan => scan.Form == Unverified),
            Genuine = group.LongCount(scan => scan.Unopened == UnopenedCode.Genuine),
            NotGenuine = group.LongCount(scan =>
                scan.Unopened == UnopenedCode.Refused || scan.Unopened == UnopenedCode.OutOfTime),
            DoubleUploads = group.LongCount(scan => scan.Senders == OfflineSenders.Both),
        }).ToListAsync(cancellationToken);
        var tallies = new SortedDictionary<(int Day, string Merchant), OfflineTally>(
            Comparer<(int Day, string Merchant)>.Create((a, b) => a.Day != b.Day
                ? a.Day.CompareTo(b.Day)
                : string.CompareOrdinal(a.Merchant, b.Merchant)));
        foreach (var row in rows)
        {
            tallies[(row.Day, row.MerchantId)] = new OfflineTally
            {
                MerchantId = row.MerchantId,
                Day = row.Day.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Scans = (ulong)row.Scans,
                Permits = (ulong)row.Permits,
                RevokedMeanwhile = (ulong)row.Revoked,
                Skewed = (ulong)row.Skewed,
                SkewMsMax = (ulong)Math.Max(Math.Abs(row.SkewMsMax), Math.Abs(row.SkewMsMin)),
                Unverified = (ulong)row.Unverified,
                Genuine = (ulong)row.Genuine,
                NotGenuine = (ulong)row.NotGenuine,
                DoubleUploads = (ulong)row.DoubleUploads,
            };
        }

        return tallies;
    }

    private static async Task AddRefusals(
        SortedDictionary<(int Day, string Merchant), OfflineTally> tallies, IQueryable<OfflineScanRow> scans,
        CancellationToken cancellationToken)
    {
        var rows = await scans.Where(scan => scan.Decision != Permit)
            .GroupBy(scan => new { scan.Day, scan.MerchantId, scan.Told })
            .Select(group => new { group.Key.Day, group.Key.MerchantId, group.Key.Told, Count = group.LongCount() })
            .OrderBy(row => row.Told).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            tallies[(row.Day, row.MerchantId)].Refusals.Add(
                new OfflineRefusals { Told = $"PY{row.Told:D4}", Count = (ulong)row.Count });
        }
    }

    // The first entry by a showing is right, every later one is a copy, wherever it was.
    private static async Task AddDoubleUses(
        SortedDictionary<(int Day, string Merchant), OfflineTally> tallies, IssuingDbContext db,
        IQueryable<OfflineScanRow> scans, CancellationToken cancellationToken)
    {
        var rows = await scans
            .Where(scan => scan.ShowingId != null && scan.Decision == Permit && scan.Direction == Entry
                && (scan.Form != Unverified || scan.SingleUse)
                && db.OfflineScans.Any(other => other.ShowingId == scan.ShowingId && other.Decision == Permit
                    && other.Direction == Entry && (other.Form != Unverified || other.SingleUse)
                    && (other.AtMs + other.SkewMs < scan.AtMs + scan.SkewMs
                        || (other.AtMs + other.SkewMs == scan.AtMs + scan.SkewMs
                        && (other.JournalId < scan.JournalId || (other.JournalId == scan.JournalId
                            && (other.Sequence < scan.Sequence || (other.Sequence == scan.Sequence
                                && other.Digest < scan.Digest))))))))
            .GroupBy(scan => new { scan.Day, scan.MerchantId })
            .Select(group => new { group.Key.Day, group.Key.MerchantId, Count = group.LongCount() })
            .ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            tallies[(row.Day, row.MerchantId)].DoubleUses = (ulong)row.Count;
        }
    }

    private static async Task AddConflicts(
        SortedDictionary<(int Day, string Merchant), OfflineTally> tallies, IssuingDbContext db,
        IQueryable<OfflineScanRow> scans, CancellationToken cancellationToken)
    {
        var rows = await scans
            .Where(scan => db.OfflineScans.Any(other => other.JournalId == scan.JournalId
                && other.Sequence == scan.Sequence && other.Digest != scan.Digest))
            .GroupBy(scan => new { scan.Day, scan.MerchantId })
            .Select(group => new { group.Key.Day, group.Key.MerchantId, Count = group.LongCount() })
            .ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            tallies[(row.Day, row.MerchantId)].Conflicts = (ulong)row.Count;
        }
    }

    private static async Task<IEnumerable<OfflineJournalGap>> Gaps(
        IssuingDbContext db, IQueryable<OfflineScanRow> scans, CancellationToken cancellationToken)
    {
        var rows = await db.OfflineJournals.AsNoTracking()
            .Where(journal => journal.StoredThrough < journal.Highest
                && scans.Any(scan => scan.JournalId == journal.Id))
            .OrderBy(journal => journal.Id)
            .Select(journal => new
            {
                Journal = journal,
                Above = db.OfflineScans
                    .Where(scan => scan.JournalId == journal.Id && scan.Sequence > journal.StoredThrough)
                    .Select(scan => scan.Sequence).Distinct().Count(),
            }).ToListAsync(cancellationToken);
        return rows.Select(row => new OfflineJournalGap
        {
            JournalId = Convert.ToHexStringLower(row.Journal.Journal),
            MerchantId = row.Journal.MerchantId,
            MacId = row.Journal.MacId,
            HighestSequence = (ulong)row.Journal.Highest,
            Missing = (ulong)(row.Journal.Highest - row.Journal.StoredThrough - row.Above),
        });
    }

    private static async Task<IEnumerable<OfflineJournalCopy>> Copies(
        IssuingDbContext db, IQueryable<OfflineScanRow> scans, CancellationToken cancellationToken)
    {
        var journals = await db.OfflineJournals.AsNoTracking()
            .Where(journal => journal.OtherMacId != null && scans.Any(scan => scan.JournalId == journal.Id))
            .OrderBy(journal => journal.Id).ToListAsync(cancellationToken);
        return journals.Select(journal => new OfflineJournalCopy
        {
            JournalId = Convert.ToHexStringLower(journal.Journal),
            MerchantId = journal.MerchantId,
            MacId = journal.MacId,
            OtherMacId = journal.OtherMacId,
        });
    }

    private static OfflineTally Sum(IEnumerable<OfflineTally> tallies)
    {
        var total = new OfflineTally();
        var refusals = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var tally in tallies)
        {
            total.Scans += tally.Scans;
            total.Permits += tally.Permits;
            total.DoubleUses += tally.DoubleUses;
            total.RevokedMeanwhile += tally.RevokedMeanwhile;
            total.Skewed += tally.Skewed;
            total.SkewMsMax = Math.Max(total.SkewMsMax, tally.SkewMsMax);
            total.Unverified += tally.Unverified;
            total.Genuine += tally.Genuine;
            total.NotGenuine += tally.NotGenuine;
            total.Conflicts += tally.Conflicts;
            total.DoubleUploads += tally.DoubleUploads;
            foreach (var refused in tally.Refusals)
            {
                refusals[refused.Told] = refusals.GetValueOrDefault(refused.Told) + refused.Count;
            }
        }

        total.Refusals.AddRange(refusals.Select(entry =>
            new OfflineRefusals { Told = entry.Key, Count = entry.Value }));
        return total;
    }
}
