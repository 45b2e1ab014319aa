using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;
using Wire = YiMaTong.Contracts.Feed.V1;

namespace YiMaTong.Issuing.Feed;

/// <summary>
/// Reads entities as the feed tells them: everything page by page, or those that a run of changes names. Costs one
/// query per page or kind, two for citizens. Thread-safe; the context belongs to the caller.
/// </summary>
internal sealed class EntityMaterialiser(FieldSealer sealer)
{
    /// <summary>Entities in one batch.</summary>
    public const int PageSize = 500;

    private readonly SubjectRecords _subjects = new(sealer);

    /// <summary>Everything, in pages. What others refer to comes first, so that a node can check as it goes.</summary>
    public async IAsyncEnumerable<List<Wire.Entity>> ReadAll(
        IssuingDbContext db, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return (await db.CodeKeys.AsNoTracking().ToListAsync(cancellationToken))
            .ConvertAll(row => FeedRecords.Of(row, sealer));
        yield return (await db.Tags.AsNoTracking().ToListAsync(cancellationToken)).ConvertAll(FeedRecords.Of);
        await foreach (var page in Pages(
            "", last => db.Scenes.Where(row => string.Compare(row.SceneId, last) > 0).OrderBy(row => row.SceneId),
            row => row.SceneId, cancellationToken))
        {
            yield return page.ConvertAll(FeedRecords.Of);
        }

        await foreach (var page in Pages(
            "",
            last => db.Merchants.Where(row => string.Compare(row.MerchantId, last) > 0).OrderBy(row => row.MerchantId),
            row => row.MerchantId, cancellationToken))
        {
            yield return page.ConvertAll(row => FeedRecords.Of(row, sealer));
        }

        await foreach (var page in Pages(
            "", last => db.Devices.Where(row => string.Compare(row.MacId, last) > 0).OrderBy(row => row.MacId),
            row => row.MacId, cancellationToken))
        {
            yield return page.ConvertAll(FeedRecords.Of);
        }

        await foreach (var page in Pages(
            0L, last => db.Citizens.Where(row => row.Id > last).OrderBy(row => row.Id),
            row => row.Id, cancellationToken))
        {
            yield return await _subjects.Of(db, page, cancellationToken);
        }
    }

    /// <summary>The entities that a run of changes names, by kind and key. One that is missing is left out.</summary>
    public async Task<Dictionary<(FeedEntity Kind, string Key), Wire.Entity>> Read(
        IssuingDbContext db, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(FeedEntity, string), Wire.Entity>(entries.Count);
        foreach (var kind in entries.GroupBy(entry => entry.Kind, entry => entry.Key))
        {
            await ReadKind(db, kind.Key, kind.Distinct().ToList(), found, cancellationToken);
        }

        return found;
    }

    private async Task ReadKind(
        IssuingDbContext db, FeedEntity kind, List<string> keys, Dictionary<(FeedEntity, string), Wire.Entity> found,
        CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case FeedEntity.Subject:
                var ids = keys.ConvertAll(key => long.Parse(key, CultureInfo.InvariantCulture));
                var citizens = await db.Citizens.AsNoTracking()
                    .Where(row => ids.Contains(row.Id)).ToListAsync(cancellationToken);
                Add(citizens, await _subjects.Of(db, citizens, cancellationToken), found);
                break;
            case FeedEntity.Scene:
                var scenes = await db.Scenes.AsNoTracking()
                    .Where(row => keys.Contains(row.SceneId)).ToListAsync(cancellationToken);
                Add(scenes, scenes.ConvertAll(FeedRecords.Of), found);
                break;
            case FeedEntity.Merchant:
                var merchants = await db.Merchants.AsNoTracking()
                    .Where(row => keys.Contains(row.MerchantId)).ToListAsync(cancellationToken);
                Add(merchants, merchants.ConvertAll(row => FeedRecords.Of(row, sealer)), found);
                break;
            case FeedEntity.Device:
                var devices = await db.Devices.AsNoTracking()
                    .Where(row => keys.Contains(row.MacId)).ToListAsync(cancellationToken);
                Add(devices, devices.ConvertAll(FeedRecords.Of), found);
                break;
            case FeedEntity.Tag:
                var numbers = keys.ConvertAll(key => int.Parse(key, CultureInfo.InvariantCulture));
                var tags = await db.Tags.AsNoTracking()
                    .Where(row => numbers.Contains(row.Number)).ToListAsync(cancellationToken);
                Add(tags, tags.ConvertAll(FeedRecords.Of), found);
                break;
            case FeedEntity.CodeKey:
                var keyIds = keys.ConvertAll(key => int.Parse(key, CultureInfo.InvariantCulture));
                var codeKeys = await db.CodeKeys.AsNoTracking()
                    .Where(row => keyIds.Contains(row.KeyId)).ToListAsync(cancellationToken);
                Add(codeKeys, codeKeys.ConvertAll(row => FeedRecords.Of(row, sealer)), found);
                break;
            default:
                throw new InvalidOperationException(
                    $"The outbox names kind {(int)kind}, which this version does not know.");
        }
    }

    private static void Add<T>(
        List<T> rows, List<Wire.Entity> entities, Dictionary<(FeedEntity, string), Wire.Entity> found)
        where T : class
    {
        for (var index = 0; index < rows.Count; index++)
        {
            found[FeedKeys.Of(rows[index])] = entities[index];
        }
    }

    private static async IAsyncEnumerable<List<T>> Pages<T, TKey>(
        TKey start, Func<TKey, IQueryable<T>> after, Func<T, TKey> keyOf,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        for (var last = start; ;)
        {
            var page = await after(last).AsNoTracking().Take(PageSize).ToListAsync(cancellationToken);
            if (page.Count > 0)
            {
                yield return page;
                last = keyOf(page[^1]);
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }
}
