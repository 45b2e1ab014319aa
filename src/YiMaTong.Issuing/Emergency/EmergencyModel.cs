using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Tables of emergency codes and of offline scans.</summary>
internal static class EmergencyModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<EmergencyCodeRow>(code =>
        {
            code.ToTable("emergency_code");
            code.HasIndex(row => new { row.StatusList, row.StatusIndex }).IsUnique();
            code.HasIndex(row => new { row.CitizenId, row.IssuedAt });
            code.HasIndex(row => row.ExpiresAt);

            // A start looks for revoked places: few among many.
            code.HasIndex(row => new { row.RevokedAt, row.StatusList, row.StatusIndex })
                .HasFilter("revoked_at IS NOT NULL");
            code.HasOne<Citizen>().WithMany().HasForeignKey(row => row.CitizenId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<OfflineJournalRow>(journal =>
        {
            journal.ToTable("offline_journal");
            journal.HasIndex(row => row.Journal).IsUnique();
            journal.HasIndex(row => row.MerchantId);
        });
        model.Entity<OfflineScanRow>(scan =>
        {
            scan.ToTable("offline_scan");
            scan.HasKey(row => new { row.JournalId, row.Sequence, row.Digest });
            scan.HasIndex(row => new { row.Day, row.MerchantId });
            scan.HasIndex(row => row.ShowingId);
            scan.HasIndex(row => row.ArrivedDay);
            scan.HasOne<OfflineJournalRow>().WithMany().HasForeignKey(row => row.JournalId)
                .OnDelete(DeleteBehavior.Restrict);
        });
    }
}
