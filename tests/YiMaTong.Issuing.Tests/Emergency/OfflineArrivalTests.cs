using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using YiMaTong.Issuing.Emergency;
using YiMaTong.Issuing.Tests.Storage;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>A database with offline scans from before their arrival was written down.</summary>
public sealed class OfflineArrivalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_OlderScans_AreKeptFromTheDayAtWhichTheyCanHaveCome()
    {
        await using var storage = TestStorage.Prepare();
        var today = DateTimeOffset.UtcNow;
        var firstSeen = today.AddDays(-40);
        await storage.Read(async db =>
        {
            await db.GetService<IMigrator>().MigrateAsync("OfflineSenders", Token);
            return await db.Database.ExecuteSqlRawAsync(
                Insert(DayOf(today.AddDays(-3)), DayOf(today.AddDays(4_000)), 20000101),
                [new SqliteParameter("@seen", firstSeen.ToUnixTimeMilliseconds())],
                Token);
        });

        await storage.EnsureStarted();

        var days = await storage.Read(db => db.OfflineScans.OrderBy(scan => scan.Sequence)
            .Select(scan => scan.ArrivedDay).ToListAsync(Token));
        Assert.Equal([DayOf(today.AddDays(-3)), DayOf(firstSeen)], [days[0], days[2]]);
        Assert.InRange(days[1], DayOf(today), DayOf(DateTimeOffset.UtcNow));
    }

    private static int DayOf(DateTimeOffset instant) => OfflineStore.DayOf(instant.ToUnixTimeMilliseconds());

    private static string Insert(params int[] days)
    {
        var scans = days.Select((day, i) =>
            $"(1, {i + 1}, 0, 1, 'm', {day}, 1, 0, 's', 1, 1, 1, 0, 0, 0, 0, 0, 0)");
        return "INSERT INTO offline_journal"
            + " (id, journal, merchant_id, mac_id, first_seen_at, stored_through, highest)"
            + " VALUES (1, x'00', 'm', 'g', @seen, 3, 3);"
            + " INSERT INTO offline_scan (journal_id, sequence, digest, senders, merchant_id, day, at_ms, skew_ms,"
            + " scan_id, form, direction, decision, told, key_id, status_revision, single_use, revoked, unopened)"
            + $" VALUES {string.Join(", ", scans)};";
    }
}
