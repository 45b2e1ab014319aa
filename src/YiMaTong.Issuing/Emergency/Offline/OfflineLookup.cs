using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Online;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>What issuing knows of a scan.</summary>
/// <param name="Handle">The citizen's handle, or null.</param>
/// <param name="Revoked">Whether code or key had been revoked before the scan.</param>
/// <param name="Unopened">What became of an online code.</param>
internal readonly record struct OfflineFinding(ulong? Handle, bool Revoked, UnopenedCode Unopened);

/// <summary>Holds a run against what issuing knows: codes by their place, keys, online codes. Thread-safe.</summary>
internal sealed class OfflineLookup(EmergencyKeyring keyring, FieldSealer sealer)
{
    // What a corrected clock may still be off by.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>Looks at every scan of a run, in a few queries for all of them.</summary>
    /// <param name="db">The database.</param>
    /// <param name="run">The run.</param>
    /// <param name="times">When each scan was.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<OfflineFinding[]> FindAsync(
        IssuingDbContext db, OfflineScanRun run, OfflineTime[] times, CancellationToken cancellationToken)
    {
        var codes = await CodesOf(db, run, cancellationToken);
        var ring = run.Scans.Any(scan => scan.UnopenedCode.Length > 0)
            ? await RingOf(db, cancellationToken)
            : CodeKeyRing.Empty;
        return [.. run.Scans.Select((scan, index) => Find(scan, times[index], codes, ring))];
    }

    /// <summary>The showing that a scan is known by; of an online code a digest of its text.</summary>
    public static byte[]? ShowingOf(OfflineScan scan) =>
        !scan.ShowingId.IsEmpty ? scan.ShowingId.ToByteArray()
        : scan.UnopenedCode.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes(scan.UnopenedCode))[..16]
        : null;

    /// <summary>The issuer's key as a number; 0 for none.</summary>
    public static uint KeyOf(OfflineScan scan) =>
        scan.KeyId.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(scan.KeyId.Span);

    private OfflineFinding Find(
        OfflineScan scan, OfflineTime time, Dictionary<StatusPlace, KnownCode> codes, CodeKeyRing ring)
    {
        if (scan.TokenId.IsEmpty)
        {
            return scan.UnopenedCode.Length > 0 ? Open(scan.UnopenedCode, time, ring) : default;
        }

        if (!time.IsKnown)
        {
            // Whose place it was then, and what had been revoked, cannot be told.
            return default;
        }

        var at = time.At;

        // A place is given again some time after its code's end: a run that comes home later still finds nobody else.
        var place = new StatusPlace((byte)scan.StatusList, (int)scan.StatusIndex);
        var known = codes.TryGetValue(place, out var code)
            && at >= code.IssuedAt - Tolerance && at <= code.ExpiresAt + Tolerance;
        var key = keyring.All.FirstOrDefault(record => record.Id.Value == KeyOf(scan));
        var revoked = (known && code!.RevokedAt <= at) || key?.RevokedAt <= at.ToUnixTimeSeconds();
        return new OfflineFinding(known ? code!.Handle : null, revoked, UnopenedCode.None);
    }

    private static OfflineFinding Open(string text, OfflineTime time, CodeKeyRing ring)
    {
        if (OnlineCode.Open(ring, text, out var opened) != CodeOpenStatus.Opened)
        {
            return new OfflineFinding(null, false, UnopenedCode.Refused);
        }

        var (at, from) = (time.At, DateTimeOffset.FromUnixTimeSeconds(opened.IssuedAt));
        var inTime = at >= from - Tolerance && at <= from.AddSeconds(opened.Payload.LifeSeconds) + Tolerance;
        return new OfflineFinding(
            opened.Payload.Handle,
            false,
            !time.IsKnown ? UnopenedCode.Undated : inTime ? UnopenedCode.Genuine : UnopenedCode.OutOfTime);
    }

    private static async Task<Dictionary<StatusPlace, KnownCode>> CodesOf(
        IssuingDbContext db, OfflineScanRun run, CancellationToken cancellationToken)
    {
        var codes = new Dictionary<StatusPlace, KnownCode>();
        foreach (var list in run.Scans.Where(scan => !scan.TokenId.IsEmpty).GroupBy(scan => (byte)scan.StatusList))
        {
            var indexes = list.Select(scan => (int)scan.StatusIndex).Distinct().ToList();
            var rows = await (
                from code in db.EmergencyCodes.AsNoTracking()
                where code.StatusList == list.Key && indexes.Contains(code.StatusIndex)
                join citizen in db.Citizens.AsNoTracking() on code.CitizenId equals citizen.Id
                select new { code.StatusIndex, code.IssuedAt, code.ExpiresAt, code.RevokedAt, citizen.Handle })
                .ToListAsync(cancellationToken);
            foreach (var row in rows)
            {
                codes[new StatusPlace(list.Key, row.StatusIndex)] =
                    new KnownCode(row.IssuedAt, row.ExpiresAt, row.RevokedAt, row.Handle);
            }
        }

        return codes;
    }

    private async Task<CodeKeyRing> RingOf(IssuingDbContext db, CancellationToken cancellationToken)
    {
        var ring = CodeKeyRing.Empty;
        foreach (var row in await db.CodeKeys.AsNoTracking().ToListAsync(cancellationToken))
        {
            ring = ring.With(new CodeKey(
                (byte)row.KeyId, sealer.OpenBytes(SealedColumns.CodeKey, row.KeySealed), row.RevokedAt is not null));
        }

        return ring;
    }

    private sealed record KnownCode(
        DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, ulong Handle);
}
