using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Feed;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// The one way to write what the feed tells. Invariants: a change and its outbox row are in one transaction; revisions
/// rise by exactly one, in the order of the commits; a unit that throws leaves nothing behind, no gap either.
/// <para>
/// Within the process units run one after another; between processes the database's write lock does the same, and the
/// row of <see cref="FeedState"/> is raised inside the transaction, which holds its lock until the commit. Thread-safe.
/// </para>
/// </summary>
internal sealed class ChangeWriter(
    IDbContextFactory<IssuingDbContext> contexts, FeedSignal signal, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Runs a unit of change and commits it.</summary>
    /// <param name="work">
    /// Reads, alters and touches entities through the unit's context. It must neither write through another context nor
    /// call this method again: both would wait for this very unit.
    /// </param>
    /// <param name="cancellationToken">Gives up before the commit; after it the change stands.</param>
    /// <returns>Newest revision of the unit, or the feed's newest where nothing in the feed changed.</returns>
    public async Task<long> WriteAsync(Func<ChangeUnit, Task> work, CancellationToken cancellationToken = default)
    {
        long revision;
        bool raised;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            (revision, raised) = await Commit(work, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        if (raised)
        {
            signal.Pulse();
        }

        return revision;
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<(long Revision, bool Raised)> Commit(
        Func<ChangeUnit, Task> work, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // On SQLite this is BEGIN IMMEDIATE: the write lock is taken before the first read, so a unit never fails at
        // its commit for having read what another one changed since.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var unit = new ChangeUnit(db);
        await work(unit);
        unit.TouchPending();

        var count = unit.Touched.Count;
        if (count > 0)
        {
            await db.FeedStates.ExecuteUpdateAsync(
                state => state.SetProperty(row => row.Revision, row => row.Revision + count), cancellationToken);
        }

        var newest = await db.FeedStates.Select(row => row.Revision).SingleAsync(cancellationToken);
        await SaveWithRevisions(unit, newest - count, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (newest, count > 0);
    }

    private async Task SaveWithRevisions(ChangeUnit unit, long before, CancellationToken cancellationToken)
    {
        for (var index = 0; index < unit.Touched.Count; index++)
        {
            unit.Tracked(unit.Touched[index]);
            FeedKeys.SetRevision(unit.Touched[index], before + 1 + index);
        }

        // A new citizen has its row id, which is its key in the outbox, only after this.
        await unit.Db.SaveChangesAsync(cancellationToken);
        if (unit.Touched.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        for (var index = 0; index < unit.Touched.Count; index++)
        {
            var (kind, key) = FeedKeys.Of(unit.Touched[index]);
            var revision = before + 1 + index;
            unit.Db.Outbox.Add(new OutboxEntry { Revision = revision, Kind = kind, Key = key, CommittedAt = now });
        }

        await unit.Db.SaveChangesAsync(cancellationToken);
    }
}
