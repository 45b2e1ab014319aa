using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// Settings of every SQLite connection. WAL lets readers and the one writer go on side by side; FULL syncs each commit
/// to the disk, so an answered change outlives a power cut; the timeout is how long a writer waits for another process.
/// Thread-safe.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    public const int BusyTimeoutMs = 5000;

    private const string Pragmas =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;";

    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusyTimeoutMs / 1000 }.ToString();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
