using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Audit;

/// <summary>
/// Opens the database of decisions, at the start or, where that fails, at each use until it works: nodes keep their
/// records meanwhile, and issuing goes on with everything else. Thread-safe.
/// </summary>
internal sealed class DecisionDatabase(
    IDbContextFactory<DecisionDbContext> contexts, IOptions<IssuingOptions> issuing, IOptions<AuditOptions> audit,
    ILogger<DecisionDatabase> logger) : IHostedService, IDisposable
{
    /// <summary>The setting that names the file.</summary>
    public const string Setting = $"{AuditOptions.Section}:{nameof(AuditOptions.Database)}";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _ready;

    /// <summary>Path of the file by the settings.</summary>
    public static string PathOf(IssuingOptions issuing, AuditOptions audit) => audit.Database.Length > 0
        ? audit.Database
        : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(issuing.Database)) ?? "", "decisions.db");

    /// <summary>Opens a context on the database.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be used; the message is for the operator.</exception>
    public async Task<DecisionDbContext> OpenAsync(CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _ready))
        {
            await PrepareAsync(cancellationToken);
        }

        return await contexts.CreateDbContextAsync(cancellationToken);
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
    public void Dispose() => _turn.Dispose();

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var path = PathOf(issuing.Value, audit.Value);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_ready)
            {
                return;
            }

            DatabaseFile.Prepare(path, Setting);
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            using (MigrationLock.Take(path, Setting))
            {
                // EF Core looks for the tables over a connection that cannot turn a new file's journal to WAL.
                await db.Database.OpenConnectionAsync(cancellationToken);
                await MigrationLock.Migrate(db, path, Setting, cancellationToken);
            }

            Volatile.Write(ref _ready, true);
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
