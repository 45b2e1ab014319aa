using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// Makes the database ready before anything else starts: checks it, brings its tables up to date, and gives a new one,
/// or one that was restored from a backup, its epoch. May be called by hand first; the second call does nothing.
/// Thread-safe.
/// </summary>
internal sealed class StorageStarter(
    IDbContextFactory<IssuingDbContext> contexts, IOptions<IssuingOptions> options, FieldSealer sealer,
    FeedMark mark, ILogger<StorageStarter> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _started;

    /// <summary>Whether the database is ready.</summary>
    public bool Started => Volatile.Read(ref _started);

    /// <summary>Makes the database ready.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be; the message is one line for the
    /// operator.</exception>
    public async Task EnsureStarted(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_started)
            {
                await Start(options.Value.Database, cancellationToken);
                Volatile.Write(ref _started, true);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => EnsureStarted(cancellationToken);

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task Start(string path, CancellationToken cancellationToken)
    {
        DatabaseFile.Prepare(path);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            using (MigrationLock.Take(path, DatabaseFile.Setting))
            {
                await DatabaseFile.Check(db, path, cancellationToken);
                await MigrationLock.Migrate(db, path, DatabaseFile.Setting, cancellationToken);
                await EnsureFeedState(db, path, cancellationToken);
            }
        }
        catch (Exception failure) when (DatabaseFile.Explain(failure) is { } reason)
        {
            throw new StorageUnavailableException($"{DatabaseFile.Setting}: {path} {reason}.", failure);
        }
    }

    private async Task EnsureFeedState(IssuingDbContext db, string path, CancellationToken cancellationToken)
    {
        var state = await db.FeedStates.SingleOrDefaultAsync(cancellationToken);
        if (state is null)
        {
            var epoch = RandomNumberGenerator.GetBytes(16);
            state = new FeedState { Epoch = epoch, SealKeyCheck = sealer.KeyCheck };
            db.FeedStates.Add(state);
            await db.SaveChangesAsync(cancellationToken);
        }
        else if (!CryptographicOperations.FixedTimeEquals(state.SealKeyCheck, sealer.KeyCheck))
        {
            throw new StorageUnavailableException(
                $"{IssuingOptions.Section}:SealKeyFile: {options.Value.SealKeyFile} is not the key that {path} was "
                + "sealed with.");
        }
        else if (!mark.Covers(state.Epoch, state.Revision))
        {
            state.Epoch = RandomNumberGenerator.GetBytes(16);
            await db.SaveChangesAsync(cancellationToken);
            StorageLog.NewEpoch(logger, state.Revision);
        }

        mark.Raise(state.Epoch, state.Revision);
    }
}
