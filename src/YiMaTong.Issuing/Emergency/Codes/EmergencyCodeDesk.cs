using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Issuing;
using YiMaTong.Codes.Returns;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Emergency;

/// <summary>A code as issued: the token of a phone, or the text of a static code.</summary>
internal sealed record IssuedEmergencyCode(EmergencyGrant Grant, byte[] Token, string Text);

/// <summary>
/// Issues emergency codes. The citizen is judged and the place written down in one unit of change, so that every act
/// that voids codes comes either before it and is seen, or after it and finds the place. Thread-safe.
/// </summary>
internal sealed class EmergencyCodeDesk(
    ChangeWriter writer, StatusBook book, EmergencyKeyring keyring, EmergencyFolder folder, IssuanceAlarm alarm,
    IOptions<EmergencyOptions> options, TimeProvider time, ILogger<EmergencyCodeDesk> log)
{
    private static readonly TimeSpan QuotaWindow = TimeSpan.FromHours(24);

    private readonly int _kinds = KindsOf(options.Value.SceneKinds);
    private readonly int _staticKinds = KindsOf(options.Value.StaticSceneKinds);

    /// <summary>Issues a code.</summary>
    /// <param name="citizenId">The citizen, judged already, but judged again inside the unit.</param>
    /// <param name="form">The form.</param>
    /// <param name="holderKey">The phone's key, a point of the curve; empty for a static code.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public async Task<(Outcome Outcome, IssuedEmergencyCode? Code)> IssueAsync(
        long citizenId, EmergencyForm form, byte[] holderKey, CancellationToken cancellationToken)
    {
        if (keyring.Signer(KeyRecord.Codes) is not { } signer)
        {
            return (PyCodes.Busy, null);
        }

        if (book.Take() is not { } place)
        {
            log.ListsFull();
            return (PyCodes.Busy, null);
        }

        var outcome = new Outcome(PyCodes.SystemError);
        EmergencyGrant grant = default;
        var replaced = new List<StatusPlace>();
        try
        {
            await writer.WriteAsync(
                async unit => (outcome, grant) = await Enter(
                    unit.Db, citizenId, form, place, replaced, cancellationToken),
                cancellationToken);
        }
        finally
        {
            if (!outcome.IsOk)
            {
                book.Free([place]);
            }
        }

        if (!outcome.IsOk)
        {
            return (outcome, null);
        }

        book.Revoke(replaced);
        alarm.Count();
        return (outcome, Sign(grant, form, holderKey, keyring.Signer(KeyRecord.Codes) ?? signer));
    }

    private IssuedEmergencyCode Sign(
        in EmergencyGrant grant, EmergencyForm form, byte[] holderKey, IEmergencySigner signer)
    {
        var issuer = new EmergencyIssuer(signer, new EmergencyLimits
        {
            HolderBoundLifeSecondsMax = options.Value.LifeSeconds,
            StaticLifeSecondsMax = options.Value.StaticLifeSeconds,
        });
        return form == EmergencyForm.Static
            ? new IssuedEmergencyCode(grant, [], issuer.IssueStatic(grant))
            : new IssuedEmergencyCode(grant, issuer.IssueHolderBound(grant, holderKey), "");
    }

    private async Task<(Outcome Outcome, EmergencyGrant Grant)> Enter(
        IssuingDbContext db, long citizenId, EmergencyForm form, StatusPlace place, List<StatusPlace> replaced,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var citizen = await db.Citizens.AsNoTracking().SingleAsync(row => row.Id == citizenId, cancellationToken);
        var claim = await db.Consents.AsNoTracking().FirstOrDefaultAsync(
            entry => entry.CitizenId == citizenId && entry.ChannelId == null && entry.EndedAt == null,
            cancellationToken);
        var (outcome, grant) = Grant(citizen, claim, form, place, now);
        outcome = outcome.IsOk ? await CheckQuota(db, citizenId, form, now, cancellationToken) : outcome;
        if (!outcome.IsOk)
        {
            return (outcome, default);
        }

        if (form == EmergencyForm.Static)
        {
            await RevokeStatic(db, citizenId, now, replaced, cancellationToken);
        }

        db.EmergencyCodes.Add(new EmergencyCodeRow
        {
            CitizenId = citizenId,
            Form = form,
            StatusList = place.List,
            StatusIndex = place.Index,
            SceneKinds = grant.SceneKinds,
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(grant.NotBefore),
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(grant.Expires),
        });
        return (outcome, grant);
    }

    private (Outcome Outcome, EmergencyGrant Grant) Grant(
        Citizen citizen, Consent? claim, EmergencyForm form, StatusPlace place, DateTimeOffset now)
    {
        if (citizen is { State: not CitizenState.Active } or { RealNameVerified: false })
        {
            return (citizen.State == CitizenState.Active ? PyCodes.NotVerified : PyCodes.UserFrozen, default);
        }

        if (!ConsentLedger.Holds(claim, now))
        {
            return (PyCodes.NotClaimed, default);
        }

        var isStatic = form == EmergencyForm.Static;
        var kinds = claim!.SceneKinds & (isStatic ? _staticKinds : _kinds);
        if (kinds == 0)
        {
            return (PyCodes.RuleForbids, default);
        }

        // After a revocation the codes of the running second are void: the new one counts from the next second.
        var from = Math.Max(checked((uint)now.ToUnixTimeSeconds()), citizen.ValidFrom);
        var end = from + (uint)(isStatic ? options.Value.StaticLifeSeconds : options.Value.LifeSeconds);
        if (claim.Until is { } until)
        {
            end = (uint)Math.Min(end, until.ToUnixTimeSeconds());
        }

        if (end <= from)
        {
            return (PyCodes.NotClaimed, default);
        }

        // A static code can be copied, so it tells nothing of its holder.
        var tells = !isStatic && (FeedFields.Parse(claim.Scopes) & FeedFields.Tags) != 0;
        return (Outcome.Ok, new EmergencyGrant(
            folder.Region, from, end, tells ? citizen.Tags : 0, (ushort)kinds, place.List, place.Index));
    }

    private async Task<Outcome> CheckQuota(
        IssuingDbContext db, long citizenId, EmergencyForm form, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var since = now - QuotaWindow;
        var forms = await db.EmergencyCodes.AsNoTracking()
            .Where(code => code.CitizenId == citizenId && code.IssuedAt > since)
            .Select(code => code.Form).ToListAsync(cancellationToken);
        var used = forms.Count(known => known == EmergencyForm.Static);
        return forms.Count >= options.Value.PerCitizenPerDay
            || (form == EmergencyForm.Static && used >= options.Value.StaticPerCitizenPerDay)
                ? PyCodes.TooManyRequests
                : Outcome.Ok;
    }

    // Whoever asks for another paper has lost the first.
    private static async Task RevokeStatic(
        IssuingDbContext db, long citizenId, DateTimeOffset now, List<StatusPlace> replaced,
        CancellationToken cancellationToken)
    {
        var older = await db.EmergencyCodes
            .Where(code => code.CitizenId == citizenId && code.Form == EmergencyForm.Static && code.RevokedAt == null
                && code.ExpiresAt > now)
            .ToListAsync(cancellationToken);
        foreach (var code in older)
        {
            code.RevokedAt = now;
            replaced.Add(new StatusPlace(code.StatusList, code.StatusIndex));
        }
    }

    private static int KindsOf(string letters)
    {
        var kinds = 0;
        foreach (var rune in letters.EnumerateRunes())
        {
            kinds |= 1 << (rune.Value - 'a');
        }

        return kinds;
    }
}
