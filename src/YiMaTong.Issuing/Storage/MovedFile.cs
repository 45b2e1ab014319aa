using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// Whether a database's file is still the one of its name. SQLite looks by itself only where it writes a rollback
/// journal: with WAL it writes on into a file that was removed or replaced.
/// </summary>
internal static partial class MovedFile
{
    // SQLITE_FCNTL_HAS_MOVED: https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html.
    private const int HasMoved = 20;

    /// <summary>Asks SQLite. Costs one look at the folder.</summary>
    public static bool Is(SqliteConnection connection)
    {
        var moved = 0;
        return connection.Handle is { } handle && FileControl(handle, "main", HasMoved, ref moved) == raw.SQLITE_OK
            && moved != 0;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(sqlite3 database, string name, int operation, ref int value);
}
