using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// One unit of change inside its transaction. Entities of the feed that were added or altered through <see cref="Db"/>
/// get a revision by themselves; one whose picture in the feed follows from other rows (a citizen whose consent
/// changed) is named by <c>Touch</c>. An entity gets one revision however often it is touched. Used by one caller at a
/// time.
/// </summary>
internal sealed class ChangeUnit
{
    private readonly List<object> _touched = [];
    private readonly HashSet<object> _known = new(ReferenceEqualityComparer.Instance);

    public ChangeUnit(IssuingDbContext db)
    {
        Db = db;
        db.SavingChanges += (_, _) => TouchPending();
    }

    /// <summary>The context to read and write with. Calling SaveChanges within the unit is allowed.</summary>
    public IssuingDbContext Db { get; }

    /// <summary>Entities in the order in which they get their revisions.</summary>
    public IReadOnlyList<object> Touched => _touched;

    public void Touch(Citizen citizen) => Add(citizen);

    public void Touch(Scene scene) => Add(scene);

    public void Touch(Merchant merchant) => Add(merchant);

    public void Touch(Device device) => Add(device);

    public void Touch(TagDefinition tag) => Add(tag);

    public void Touch(CodeKeyRow key) => Add(key);

    /// <summary>Touches what the context holds as added or altered.</summary>
    /// <exception cref="InvalidOperationException">An entity of the feed was removed, which the feed cannot
    /// say.</exception>
    public void TouchPending()
    {
        foreach (var entry in Db.ChangeTracker.Entries().ToList())
        {
            if (!FeedKeys.IsInFeed(entry.Entity))
            {
                continue;
            }

            if (entry.State == EntityState.Deleted)
            {
                throw new InvalidOperationException(
                    $"{entry.Metadata.DisplayName()} is in the feed, which knows no deletions: switch it off instead.");
            }

            if (entry.State is EntityState.Added or EntityState.Modified)
            {
                Add(entry.Entity);
            }
        }
    }

    /// <summary>The tracked entry of a touched entity.</summary>
    /// <exception cref="InvalidOperationException">The entity does not belong to <see cref="Db"/>.</exception>
    public EntityEntry Tracked(object entity)
    {
        var entry = Db.Entry(entity);
        return entry.State != EntityState.Detached
            ? entry
            : throw new InvalidOperationException(
                $"A touched {entry.Metadata.DisplayName()} is not tracked by the unit's context.");
    }

    private void Add(object entity)
    {
        if (_known.Add(entity))
        {
            _touched.Add(entity);
        }
    }
}
