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
    public static FileStream Take(string path)
    {
        var lockPath = path + ".lock";
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(lockPath))
        {
            throw new StorageUnavailableException(
                $"{DatabaseFile.Setting}: {path} is being prepared by another process. Start again when it is done.",
                failure);
        }
    }

    /// <summary>Clears what a dead process left. The caller holds the lock.</summary>
    public static async Task ClearLeftover(IssuingDbContext db, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            return;
        }

        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
    }
}
