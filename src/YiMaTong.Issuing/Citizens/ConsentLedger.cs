using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Citizens;

/// <summary>
/// The ledger of consents. An entry is added or ended, never changed otherwise and never deleted; at most one entry per
/// citizen and app (or claim) is open. Used inside a unit of change.
/// </summary>
internal static class ConsentLedger
{
    /// <summary>Whether an open entry still holds.</summary>
    public static bool Holds(Consent? entry, DateTimeOffset now) =>
        entry is { EndedAt: null } && (entry.Until is not { } until || now < until);

    /// <summary>
    /// Ends what is open for this app, or with null for the claim of the code; false where nothing
    /// was.
    /// </summary>
    public static async Task<bool> EndAsync(
        IssuingDbContext db, long citizenId, int? channelId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.Consents
            .Where(entry => entry.CitizenId == citizenId && entry.ChannelId == channelId && entry.EndedAt == null)
            .ToListAsync(cancellationToken);
        foreach (var entry in open)
        {
            entry.EndedAt = now;
        }

        return open.Count > 0;
    }
}
