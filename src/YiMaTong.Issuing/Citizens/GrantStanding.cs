using Microsoft.EntityFrameworkCore;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Citizens;

/// <summary>How a citizen and an app stand to each other right now. Rows are not tracked.</summary>
/// <param name="Citizen">The citizen.</param>
/// <param name="Channel">The app.</param>
/// <param name="Claim">The open entry for the claim of the code, or null.</param>
/// <param name="Consent">The open entry for this app, or null.</param>
internal sealed record Standing(Citizen Citizen, Channel Channel, Consent? Claim, Consent? Consent)
{
    /// <summary>Whether the citizen has claimed the code and the claim holds.</summary>
    public bool IsClaimed(DateTimeOffset now) => ConsentLedger.Holds(Claim, now);

    /// <summary>Whether the citizen's consent covers all of these scopes.</summary>
    public bool Allows(GrantScopes scopes, DateTimeOffset now) => (Consented(now) & scopes) == scopes;

    /// <summary>What the citizen's consent and the app's registration both cover.</summary>
    public GrantScopes Consented(DateTimeOffset now) => ConsentLedger.Holds(Consent, now)
        ? ScopeNames.ParseStored(Consent!.Scopes) & ScopeNames.ParseStored(Channel.Scopes)
        : GrantScopes.None;
}

/// <summary>Reads how citizen and app stand, in one query and never from a cache. One per request.</summary>
internal sealed class GrantStanding(IssuingDbContext db)
{
    /// <summary>Reads; null where there is no such citizen or app.</summary>
    public async Task<Standing?> FindAsync(long citizenId, string appId, CancellationToken cancellationToken)
    {
        // A row per open entry of the citizen, of which there are a handful; one row where there is none.
        var open = db.Consents.AsNoTracking().Where(entry => entry.EndedAt == null);
        var rows = await (
            from citizen in db.Citizens.AsNoTracking()
            join entry in open on citizen.Id equals entry.CitizenId into entries
            from entry in entries.DefaultIfEmpty()
            from channel in db.Channels.AsNoTracking()
            where citizen.Id == citizenId && channel.AppId == appId
            select new { Citizen = citizen, Channel = channel, Entry = entry }).ToListAsync(cancellationToken);
        return rows.Count == 0
            ? null
            : new(
                rows[0].Citizen,
                rows[0].Channel,
                rows.Select(row => row.Entry).FirstOrDefault(entry => entry is { ChannelId: null }),
                rows.Select(row => row.Entry).FirstOrDefault(entry => entry?.ChannelId == rows[0].Channel.Id));
    }
}
