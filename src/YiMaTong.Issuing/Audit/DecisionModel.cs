using Microsoft.EntityFrameworkCore;

namespace YiMaTong.Issuing.Audit;

/// <summary>Tables of the decision record.</summary>
internal static class DecisionModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<DecisionJournalRow>(journal =>
        {
            journal.ToTable("decision_journal");
            journal.HasIndex(row => row.Journal).IsUnique();
        });
        model.Entity<DecisionRow>(decision =>
        {
            decision.ToTable("decision");
            decision.HasKey(row => new { row.JournalId, row.Sequence });
            decision.HasIndex(row => row.DecisionId);
            decision.HasIndex(row => new { row.Handle, row.At });
            decision.HasIndex(row => new { row.MerchantId, row.At });
            decision.HasIndex(row => row.At);
            decision.HasOne<DecisionJournalRow>().WithMany().HasForeignKey(row => row.JournalId)
                .OnDelete(DeleteBehavior.Restrict);
        });
    }
}
