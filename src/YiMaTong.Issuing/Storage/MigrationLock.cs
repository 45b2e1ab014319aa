using Microsoft.EntityFrameworkCore;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// Lets one process at a time prepare a database. EF Core's own lock is a row, which a process that dies while it holds
/// it leaves behind for ever; a lock on a file ends with its process, and its holder may clear that row.
/// </summary>
internal static class MigrationLock
{
    /// <summary>Takes the lock.</summary>
    /// <exception cref="StorageUnavailableException">Another process prepares the database right now.</exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static FileStream Take(string path, string setting)
    {
        var lockPath = path + ".lock";
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(lockPath))
        {
            throw new StorageUnavailableException(
                $"{setting}: {path} is being prepared by another process. Start again when it is done.",
                failure);
        }
    }

    /// <summary>Brings the tables up to date. The caller holds the lock.</summary>
    /// <exception cref="StorageUnavailableException">A newer version wrote the database.</exception>
    public static async Task Migrate(
        DbContext db, string path, string setting, CancellationToken cancellationToken)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new StorageUnavailableException(
                $"{setting}: {path} was written by a newer version ({unknown}); this one cannot read it.");
        }

        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await ClearLeftover(db, cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }
    }

    // What a dead process left.
    private static async Task ClearLeftover(DbContext db, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            return;
        }

        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
    }
}
