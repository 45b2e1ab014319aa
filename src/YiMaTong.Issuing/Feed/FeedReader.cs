using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Feed;

/// <summary>What a reader finds after its place.</summary>
/// <param name="Newest">Newest revision of the feed.</param>
/// <param name="Changes">Changes after the place, none when there are none.</param>
/// <param name="Resync">Why the place cannot be served, or null.</param>
internal readonly record struct FeedLook(long Newest, IReadOnlyList<Wire.Change> Changes, string? Resync);

/// <summary>Reads the feed out of the database, each time in one read transaction. Thread-safe.</summary>
internal sealed class FeedReader(
    IDbContextFactory<IssuingDbContext> contexts, EntityMaterialiser materialiser, FeedMark mark)
{
    private const string WrongEpoch = "epoch", Ahead = "ahead", Trimmed = "trimmed";

    /// <summary>All frames of a snapshot.</summary>
    public async IAsyncEnumerable<Wire.SnapshotResponse> Snapshot(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await ReadTransaction.Begin(db, cancellationToken);
        var state = await db.FeedStates.AsNoTracking().SingleAsync(cancellationToken);
        mark.Raise(state.Epoch, state.Revision);
        yield return new Wire.SnapshotResponse
        {
            Begin = new Wire.SnapshotBegin
            {
                Epoch = ByteString.CopyFrom(state.Epoch),
                Revision = (ulong)state.Revision,
            },
        };

        ulong count = 0;
        await foreach (var page in materialiser.ReadAll(db, cancellationToken))
        {
            if (page.Count > 0)
            {
                count += (ulong)page.Count;
                yield return new Wire.SnapshotResponse { Batch = new Wire.EntityBatch { Entities = { page } } };
            }
        }

        yield return new Wire.SnapshotResponse { End = new Wire.SnapshotEnd { Count = count } };
    }

    /// <summary>Looks for changes after a place.</summary>
    public async Task<FeedLook> LookAfter(
        ReadOnlyMemory<byte> epoch, ulong fromRevision, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await ReadTransaction.Begin(db, cancellationToken);
        var state = await db.FeedStates.AsNoTracking().SingleAsync(cancellationToken);
        mark.Raise(state.Epoch, state.Revision);
        if (Misplaced(state, epoch.Span, fromRevision) is { } reason)
        {
            return new FeedLook(state.Revision, [], reason);
        }

        var from = (long)fromRevision;
        if (from == state.Revision)
        {
            return new FeedLook(state.Revision, [], null);
        }

        var entries = await db.Outbox.AsNoTracking()
            .Where(entry => entry.Revision > from)
            .OrderBy(entry => entry.Revision)
            .Take(EntityMaterialiser.PageSize)
            .ToListAsync(cancellationToken);
        var entities = await materialiser.Read(db, entries, cancellationToken);
        return ToChanges(entries, entities, from) is { } changes
            ? new FeedLook(state.Revision, changes, null)
            : new FeedLook(state.Revision, [], Trimmed);
    }

    private static string? Misplaced(FeedState state, ReadOnlySpan<byte> epoch, ulong fromRevision)
    {
        if (!epoch.SequenceEqual(state.Epoch))
        {
            return WrongEpoch;
        }

        return fromRevision > (ulong)state.Revision ? Ahead : fromRevision < (ulong)state.TrimmedTo ? Trimmed : null;
    }

    // Null where rows were taken away by hand: a reader is better served by a snapshot than by a gap.
    private static List<Wire.Change>? ToChanges(
        List<OutboxEntry> entries, Dictionary<(FeedEntity, string), Wire.Entity> entities, long from)
    {
        var changes = new List<Wire.Change>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry.Revision != ++from || !entities.TryGetValue((entry.Kind, entry.Key), out var entity))
            {
                return null;
            }

            changes.Add(new Wire.Change { Revision = (ulong)entry.Revision, Entity = entity });
        }

        return changes.Count > 0 ? changes : null;
    }
}
