using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;
using YiMaTong.Rules;

namespace YiMaTong.Issuing.Platform;

/// <summary>
/// Works out every citizen's tags anew inside one unit of change. Citizens whose tags stay get no revision.
/// </summary>
internal static class TagRecompute
{
    /// <summary>Rows read at once, and ids named in one query.</summary>
    public const int BatchSize = 1000;

    /// <summary>Works out the tags.</summary>
    /// <returns>How many citizens there are, and how many changed.</returns>
    public static async Task<(long Citizens, long Changed)> RunAsync(
        ChangeUnit unit, TagRuleSet rules, CancellationToken cancellationToken)
    {
        var (citizens, changed, last) = (0L, 0L, 0L);
        while (true)
        {
            // Only three columns of each citizen are read; whole rows, sealed fields and all, only of those that
            // change.
            var batch = await unit.Db.Citizens.AsNoTracking()
                .Where(row => row.Id > last)
                .OrderBy(row => row.Id)
                .Take(BatchSize)
                .Select(row => new { row.Id, row.Attributes, row.RuleTags })
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
            {
                return (citizens, changed);
            }

            var tags = new Dictionary<long, ulong>();
            foreach (var row in batch)
            {
                var computed = rules.Compute(new SubjectAttributes(row.Attributes));
                if (computed != row.RuleTags)
                {
                    tags.Add(row.Id, computed);
                }
            }

            await Apply(unit, tags, cancellationToken);
            citizens += batch.Count;
            changed += tags.Count;
            last = batch[^1].Id;
        }
    }

    private static async Task Apply(ChangeUnit unit, Dictionary<long, ulong> tags, CancellationToken cancellationToken)
    {
        if (tags.Count == 0)
        {
            return;
        }

        var ids = tags.Keys.ToList();
        var rows = await unit.Db.Citizens.Where(row => ids.Contains(row.Id)).ToListAsync(cancellationToken);
        foreach (var citizen in rows)
        {
            citizen.RuleTags = tags[citizen.Id];
            unit.Touch(citizen);
        }
    }
}
