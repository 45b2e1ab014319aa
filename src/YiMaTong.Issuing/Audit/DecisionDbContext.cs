using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Audit;

/// <summary>
/// The decision record, in a database of its own: it grows by hundreds of bytes a scan, where the registry hardly
/// grows, and a start must not read it, a damage in it not stop minting, its writes not hold up a citizen's.
/// </summary>
internal sealed class DecisionDbContext(DbContextOptions<DecisionDbContext> options) : DbContext(options)
{
    public DbSet<DecisionJournalRow> Journals => Set<DecisionJournalRow>();

    public DbSet<DecisionRow> Decisions => Set<DecisionRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
        configurationBuilder.Properties<ulong>().HaveConversion<UnsignedBitsConverter>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) => DecisionModel.Configure(modelBuilder);
}
