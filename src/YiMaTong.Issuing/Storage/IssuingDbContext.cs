using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Emergency;

namespace YiMaTong.Issuing.Storage;

/// <summary>
/// The system of record. Entities of the feed are written through <see cref="ChangeWriter"/> only, so that every change
/// has its revision.
/// </summary>
internal sealed class IssuingDbContext(DbContextOptions<IssuingDbContext> options) : DbContext(options)
{
    public DbSet<Citizen> Citizens => Set<Citizen>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<Channel> Channels => Set<Channel>();

    public DbSet<TagDefinition> Tags => Set<TagDefinition>();

    public DbSet<Scene> Scenes => Set<Scene>();

    public DbSet<Merchant> Merchants => Set<Merchant>();

    public DbSet<Device> Devices => Set<Device>();

    public DbSet<CodeKeyRow> CodeKeys => Set<CodeKeyRow>();

    public DbSet<CitizenSessionRow> CitizenSessions => Set<CitizenSessionRow>();

    public DbSet<OutboxEntry> Outbox => Set<OutboxEntry>();

    public DbSet<FeedState> FeedStates => Set<FeedState>();

    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();

    public DbSet<SmsRow> SmsOutbox => Set<SmsRow>();

    public DbSet<EmergencyCodeRow> EmergencyCodes => Set<EmergencyCodeRow>();

    public DbSet<OfflineJournalRow> OfflineJournals => Set<OfflineJournalRow>();

    public DbSet<OfflineScanRow> OfflineScans => Set<OfflineScanRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
        configurationBuilder.Properties<ulong>().HaveConversion<UnsignedBitsConverter>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.UseOpenIddict();
        IssuingModel.Configure(modelBuilder);
        EmergencyModel.Configure(modelBuilder);
    }
}
