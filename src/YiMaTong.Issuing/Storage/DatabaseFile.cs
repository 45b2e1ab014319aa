using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Issuing.Storage;

/// <summary>What can be wrong with a database file, found before it is used and said in words.</summary>
internal static class DatabaseFile
{
    public const string Setting = $"{IssuingOptions.Section}:Database";

    // Result codes of SQLite: https://www.sqlite.org/rescode.html.
    private const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11;
    private const int Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>
    /// Makes sure that the file is there; a new one is its owner's alone, and so are SQLite's files beside it.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It cannot.</exception>
    public static void Prepare(string path, string setting = Setting)
    {
        if (Directory.Exists(path))
        {
            throw new StorageUnavailableException($"{setting}: {path} is a directory; a file is needed.");
        }

        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            {
                Directory.CreateDirectory(directory);
            }

            // Never opened once it is there: closing a file gives up every lock that SQLite holds on it in this
            // process.
            if (!File.Exists(path))
            {
                KeyFiles.OpenNew(path).Dispose();
            }
        }
        catch (Exception failure) when (DiskFault.Is(failure))
        {
            throw new StorageUnavailableException(
                $"{setting}: {path} cannot be created: the directory refuses it.", failure);
        }
    }

    /// <summary>Reads every page of an existing database. Costs one pass over the file.</summary>
    /// <exception cref="StorageUnavailableException">The database is damaged.</exception>
    public static async Task Check(IssuingDbContext db, string path, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            return;
        }

        var verdict = await db.Database.SqlQueryRaw<string>("SELECT quick_check AS Value FROM pragma_quick_check")
            .ToListAsync(cancellationToken);
        if (verdict is not ["ok"])
        {
            throw new StorageUnavailableException($"{Setting}: {path} is damaged. Restore it from a backup.");
        }
    }

    /// <summary>Says in words why the database failed; null where the cause is not the database.</summary>
    public static string? Explain(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case StorageUnavailableException: return null;
                case SqliteException sqlite: return Explain(sqlite.SqliteErrorCode);
                case UnauthorizedAccessException: return "cannot be written: the directory or the file refuses it";
                case IOException: return "cannot be written: the directory or the file refuses it";
                case DbException: return "does not answer as a database should";
            }
        }

        return null;
    }

    /// <summary>
    /// Says in words why the database cannot serve right now; null where it could and the failure is another, a broken
    /// constraint for example, which is a fault of the program.
    /// </summary>
    public static string? ExplainUnavailable(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is SqliteException sqlite)
            {
                return sqlite.SqliteErrorCode is Busy or Locked or ReadOnly or InputOutput or Corrupt or Full
                    or CannotOpen or NotADatabase
                    ? $"the database {Explain(sqlite.SqliteErrorCode)}"
                    : null;
            }
        }

        return null;
    }

    private static string Explain(int code) => code switch
    {
        NotADatabase => "is not a SQLite database",
        Corrupt => "is damaged. Restore it from a backup",
        CannotOpen => "cannot be opened: the directory or the file refuses it",
        ReadOnly => "cannot be written: the directory or the file is read-only",
        Full => "cannot be written: the disk is full",
        InputOutput => "cannot be read or written: the disk reports an error",
        Busy or Locked => "is locked by another process",
        _ => $"cannot be used (SQLite result {code})",
    };
}
