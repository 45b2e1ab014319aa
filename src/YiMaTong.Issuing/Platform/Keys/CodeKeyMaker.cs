using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Platform;

/// <summary>Makes, rotates and revokes the keys of online codes inside their unit of change. Thread-safe.</summary>
internal sealed class CodeKeyMaker(FieldSealer sealer, TimeProvider time)
{
    /// <summary>Numbers that the key byte of a code can name.</summary>
    public const int MaxId = 255;

    private const int KeySize = 32;

    /// <summary>Makes a key.</summary>
    /// <param name="unit">The unit of change.</param>
    /// <param name="mintFrom">When minting takes it up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The key, or null when all 255 numbers are in use.</returns>
    public async Task<CodeKeyRow?> MakeAsync(
        ChangeUnit unit, DateTimeOffset mintFrom, CancellationToken cancellationToken) =>
        Make(unit, await unit.Db.CodeKeys.ToListAsync(cancellationToken), mintFrom);

    /// <summary>Makes the first key, which mints at once, where there is none yet.</summary>
    public async Task<CodeKeyRow?> MakeFirstAsync(ChangeUnit unit, CancellationToken cancellationToken) =>
        await unit.Db.CodeKeys.AnyAsync(cancellationToken)
            ? null
            : await MakeAsync(unit, time.GetUtcNow(), cancellationToken);

    /// <summary>
    /// Makes the successor of a key that is about to be revoked, where it is the one that mints and none is announced.
    /// </summary>
    /// <returns>The successor; null where none is needed, or no number is free before the revocation.</returns>
    public async Task<CodeKeyRow?> MakeSuccessorAsync(
        ChangeUnit unit, int keyId, DateTimeOffset mintFrom, CancellationToken cancellationToken)
    {
        var (now, rows) = (time.GetUtcNow(), await unit.Db.CodeKeys.ToListAsync(cancellationToken));
        return CodeKeyTimes.Minting(rows, now)?.KeyId == keyId && Announced(rows, now) is null
            ? Make(unit, rows, mintFrom)
            : null;
    }

    /// <summary>
    /// Revokes a key. Where it is the one that mints, the earliest announced key takes over at once, because decode
    /// nodes hold it already, or else a new one.
    /// </summary>
    /// <returns>
    /// False when there is no such key; the successor where one had to be made or brought forward.
    /// </returns>
    public async Task<(bool Found, CodeKeyRow? Successor)> RevokeAsync(
        ChangeUnit unit, int keyId, CancellationToken cancellationToken)
    {
        var rows = await unit.Db.CodeKeys.ToListAsync(cancellationToken);
        var row = rows.Find(key => key.KeyId == keyId);
        if (row is null || row.RevokedAt is not null)
        {
            return (row is not null, null);
        }

        var now = time.GetUtcNow();
        var minting = CodeKeyTimes.Minting(rows, now) == row;
        row.RevokedAt = now;
        if (!minting)
        {
            return (true, null);
        }

        if (Announced(rows, now) is { } successor)
        {
            successor.MintFrom = now;
            return (true, successor);
        }

        // A revoked key's number is free again, so there is always one to be had.
        return (true, Make(unit, rows, now)!);
    }

    private static CodeKeyRow? Announced(List<CodeKeyRow> rows, DateTimeOffset now) =>
        rows.Where(key => key.RevokedAt is null && key.MintFrom > now).MinBy(key => key.MintFrom);

    private CodeKeyRow? Make(ChangeUnit unit, List<CodeKeyRow> rows, DateTimeOffset mintFrom)
    {
        if (Reusable(rows) is { } old)
        {
            old.KeySealed = NewKey();
            old.MintFrom = mintFrom;
            old.RevokedAt = null;
            return old;
        }

        if (rows.Count >= MaxId)
        {
            return null;
        }

        var row = new CodeKeyRow { KeyId = NextId(rows), KeySealed = NewKey(), MintFrom = mintFrom };
        unit.Db.CodeKeys.Add(row);
        return row;
    }

    private byte[] NewKey()
    {
        var key = RandomNumberGenerator.GetBytes(KeySize);
        var result = sealer.SealBytes(SealedColumns.CodeKey, key);
        CryptographicOperations.ZeroMemory(key);
        return result;
    }

    /// <summary>Only when every number has been given: the key that has been revoked longest.</summary>
    private static CodeKeyRow? Reusable(List<CodeKeyRow> rows) =>
        rows.Count < MaxId ? null : rows.Where(key => key.RevokedAt is not null).MinBy(key => key.RevokedAt);

    private static int NextId(List<CodeKeyRow> rows)
    {
        var newest = rows.Count == 0 ? 0 : rows.Max(key => key.KeyId);
        return newest < MaxId
            ? newest + 1
            : Enumerable.Range(1, MaxId).First(id => !rows.Exists(key => key.KeyId == id));
    }
}
