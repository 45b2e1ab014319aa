using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Audit;

/// <summary>
/// Opens the database of decisions, at the start or, where that fails, at each use until it works: nodes keep their
/// records meanwhile, and issuing goes on with everything else. The same where its file is removed or replaced under
/// the running process. Thread-safe.
/// </summary>
internal sealed class DecisionDatabase(
    IDbContextFactory<DecisionDbContext> contexts, IOptions<IssuingOptions> issuing, IOptions<AuditOptions> audit,
    ILogger<DecisionDatabase> logger) : IHostedService, IDisposable
{
    /// <summary>The setting that names the file.</summary>
    public const string Setting = $"{AuditOptions.Section}:{nameof(AuditOptions.Database)}";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();

    // Stays open, so that it always tells whether the file is the one that was opened.
    private SqliteConnection? _anchor;
    private bool _ready;
    private int _out;

    /// <summary>Path of the file by the settings.</summary>
    public static string PathOf(IssuingOptions issuing, AuditOptions audit) => audit.Database.Length > 0
        ? audit.Database
        : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(issuing.Database)) ?? "", "decisions.db");

    /// <summary>Opens a context on the database.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be used; the message is for the operator.</exception>
    public async Task<DecisionLease> OpenAsync(CancellationToken cancellationToken)
    {
        while (!TryTake())
        {
            await PrepareAsync(cancellationToken);
        }

        try
        {
            return new(await contexts.CreateDbContextAsync(cancellationToken), GiveBack);
        }
        catch
        {
            GiveBack();
            throw;
        }
    }

    /// <summary>
    /// Makes sure that what was just stored is in the file of the database's name, before anybody is told.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It is not: the file was removed or replaced.</exception>
    public void EnsureInPlace()
    {
        lock (_gate)
        {
            if (!IsInPlace())
            {
                throw new StorageUnavailableException($"{Setting}: the file was removed or replaced meanwhile.");
            }
        }
    }

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(cancellationToken);
        }
        catch (StorageUnavailableException failure)
        {
            AuditLog.Unavailable(logger, failure.Message);
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
        _anchor?.Dispose();
        _turn.Dispose();
    }

    private bool TryTake()
    {
        lock (_gate)
        {
            var isReady = IsInPlace();
            _out += isReady ? 1 : 0;
            return isReady;
        }
    }

    private void GiveBack()
    {
        lock (_gate)
        {
            _out--;
        }
    }

    private bool IsInPlace()
    {
        if (_ready && MovedFile.Is(_anchor!))
        {
            _ready = false;
            AuditLog.Moved(logger, _anchor!.DataSource);
        }

        return _ready;
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is one of two constants.
        command.CommandText = statement;
#pragma warning restore CA2100
        _ = command.ExecuteScalar();
    }

    /// <summary>
    /// Ends with the file that lost its name: what its log still holds goes into it, and every connection is closed, as
    /// SQLite finds the log of a new file by its name alone.
    /// </summary>
    private void Leave(string path)
    {
        lock (_gate)
        {
            if (_out > 0)
            {
                throw new StorageUnavailableException($"{Setting}: {path} was replaced and is still read.");
            }
        }

        if (_anchor is not null)
        {
            Execute(_anchor, "PRAGMA wal_checkpoint(TRUNCATE)");
            using var pooled = new SqliteConnection(SqliteSettings.ConnectionString(path));
            SqliteConnection.ClearPool(pooled);
            _anchor.Dispose();
            _anchor = null;
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var path = PathOf(issuing.Value, audit.Value);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Volatile.Read(ref _ready))
            {
                return;
            }

            Leave(path);
            DatabaseFile.Prepare(path, Setting);
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            using (MigrationLock.Take(path, Setting))
            {
                // EF Core looks for the tables over a connection that cannot turn a new file's journal to WAL.
                await db.Database.OpenConnectionAsync(cancellationToken);
                await MigrationLock.Migrate(db, path, Setting, cancellationToken);
            }

            _anchor = new(new SqliteConnectionStringBuilder(SqliteSettings.ConnectionString(path))
            {
                Pooling = false,
            }.ToString());
            await _anchor.OpenAsync(cancellationToken);

            // A connection that has read has the log open as well; one that has not would look for it by name.
            Execute(_anchor, "SELECT COUNT(*) FROM sqlite_master");
            lock (_gate)
            {
                _ready = true;
            }
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            throw new StorageUnavailableException($"{Setting}: {path} {reason}.", failure);
        }
        finally
        {
            _turn.Release();
        }
    }
}
