using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using LedgerEntry = YiMaTong.Issuing.Storage.Consent;

namespace YiMaTong.Issuing.Citizens;

/// <summary>
/// The acts of a signed-in citizen, each one transaction. The citizen's row is read inside it, so two acts of one
/// citizen never see each other half done. One per request.
/// </summary>
internal sealed class CitizenActs(ChangeWriter writer, IssuingDbContext db, TimeProvider time)
{
    private const int ListMax = 200;

    /// <summary>Claims the code; an earlier claim is replaced.</summary>
    public async Task<(Outcome Outcome, long Revision)> ClaimAsync(
        long citizenId, ClaimCodeRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var check = new FieldCheck();
        check.Require("fields", ClaimScope.TryReadFields(request.Fields, out var fields));
        check.Require("sceneKinds", ClaimScope.TryReadKinds(request.SceneKinds, out var kinds));
        check.Require("until", TryReadUntil(request.Until, now, out var until));
        if (!check.Outcome.IsOk)
        {
            return (check.Outcome, 0);
        }

        return await Write(citizenId, async (unit, citizen) =>
        {
            if (citizen is { State: not CitizenState.Active } or { RealNameVerified: false })
            {
                return citizen.State == CitizenState.Active ? PyCodes.NotVerified : PyCodes.UserFrozen;
            }

            await ConsentLedger.EndAsync(unit.Db, citizenId, null, now, cancellationToken);
            Add(unit, citizenId, null, fields, kinds, now, until);
            unit.Touch(citizen);
            return Outcome.Ok;
        }, cancellationToken);
    }

    /// <summary>Consents to an app; an earlier consent is replaced.</summary>
    public async Task<(Outcome Outcome, long Revision)> GrantAsync(
        long citizenId, GrantConsentRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var check = new FieldCheck();
        check.Require("appId", Fields.IsId(request.AppId, Fields.LowerId, 64));
        check.Require("scopes", request.Scopes.Count > 0);
        check.Require("until", TryReadUntil(request.Until, now, out var until));
        if (!check.Outcome.IsOk)
        {
            return (check.Outcome, 0);
        }

        var known = ScopeNames.TryParse(request.Scopes, out var scopes);
        return await Write(citizenId, async (unit, citizen) =>
        {
            var channel = await Channel(unit, request.AppId, cancellationToken);
            if (channel is not { Active: true })
            {
                return channel is null ? PyCodes.AppUnknown : PyCodes.AppDisabled;
            }

            if (citizen.State != CitizenState.Active)
            {
                return PyCodes.UserFrozen;
            }

            if (!known || (scopes & ~ScopeNames.ParseStored(channel.Scopes)) != GrantScopes.None)
            {
                return PyCodes.ScopeInvalid;
            }

            await ConsentLedger.EndAsync(unit.Db, citizenId, channel.Id, now, cancellationToken);
            Add(unit, citizenId, channel.Id, ScopeNames.Format(scopes), 0, now, until);
            return Outcome.Ok;
        }, cancellationToken);
    }

    /// <summary>
    /// Ends an app's consent, or with an empty id the claim of the code, which voids every code minted
    /// before.
    /// </summary>
    public async Task<(Outcome Outcome, long Revision)> WithdrawAsync(
        long citizenId, string appId, CancellationToken cancellationToken)
    {
        if (appId.Length > 0 && !Fields.IsId(appId, Fields.LowerId, 64))
        {
            return (Outcome.BadParameter("appId"), 0);
        }

        return await Write(citizenId, async (unit, citizen) =>
        {
            var now = time.GetUtcNow();
            if (appId.Length == 0)
            {
                if (await ConsentLedger.EndAsync(unit.Db, citizenId, null, now, cancellationToken))
                {
                    VoidCodes(unit, citizen);
                }

                return Outcome.Ok;
            }

            if (await Channel(unit, appId, cancellationToken) is not { } channel)
            {
                return Outcome.BadParameter("appId");
            }

            await ConsentLedger.EndAsync(unit.Db, citizenId, channel.Id, now, cancellationToken);
            return Outcome.Ok;
        }, cancellationToken);
    }

    /// <summary>Voids every code minted before now.</summary>
    public Task<(Outcome Outcome, long Revision)> RevokeCodesAsync(
        long citizenId, CancellationToken cancellationToken) =>
        Write(citizenId, (unit, citizen) =>
        {
            VoidCodes(unit, citizen);
            return Task.FromResult(Outcome.Ok);
        }, cancellationToken);

    /// <summary>The ledger, newest first, each entry with its app's id.</summary>
    public async Task<IReadOnlyList<(LedgerEntry Entry, string AppId)>> ListAsync(
        long citizenId, CancellationToken cancellationToken)
    {
        var rows = await db.Consents.AsNoTracking()
            .Where(entry => entry.CitizenId == citizenId)
            .OrderByDescending(entry => entry.Id)
            .Take(ListMax)
            .Select(entry => new
            {
                Entry = entry,
                AppId = db.Channels
                    .Where(channel => channel.Id == entry.ChannelId)
                    .Select(channel => channel.AppId)
                    .FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => (row.Entry, row.AppId ?? ""))];
    }

    // Codes carry whole seconds: one minted in this very second falls under the next second's bound as well. One minted
    // after an earlier act of this second carries that act's bound, so the bound rises with every act.
    private void VoidCodes(ChangeUnit unit, Citizen citizen)
    {
        var bound = checked((uint)time.GetUtcNow().ToUnixTimeSeconds() + 1);
        citizen.ValidFrom = Math.Max(checked(citizen.ValidFrom + 1), bound);
        unit.Touch(citizen);
    }

    private async Task<(Outcome Outcome, long Revision)> Write(
        long citizenId, Func<ChangeUnit, Citizen, Task<Outcome>> act, CancellationToken cancellationToken)
    {
        var outcome = Outcome.Ok;
        var revision = await writer.WriteAsync(
            async unit => outcome = await act(
                unit, await unit.Db.Citizens.SingleAsync(row => row.Id == citizenId, cancellationToken)),
            cancellationToken);
        return (outcome, revision);
    }

    private static Task<Channel?> Channel(ChangeUnit unit, string appId, CancellationToken cancellationToken) =>
        unit.Db.Channels.AsNoTracking().SingleOrDefaultAsync(row => row.AppId == appId, cancellationToken);

    private static void Add(
        ChangeUnit unit, long citizenId, int? channelId, string scopes, int kinds, DateTimeOffset now,
        DateTimeOffset? until) =>
        unit.Db.Consents.Add(new LedgerEntry
        {
            CitizenId = citizenId,
            ChannelId = channelId,
            Scopes = scopes,
            SceneKinds = kinds,
            GrantedAt = now,
            Until = until,
        });

    private static bool TryReadUntil(Timestamp? sent, DateTimeOffset now, out DateTimeOffset? until)
    {
        until = null;
        if (sent is null)
        {
            return true;
        }

        // A timestamp that came as protobuf is not bound to the range that its JSON form enforces.
        if (sent.Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() || sent.Seconds < now.ToUnixTimeSeconds()
            || sent.Nanos is < 0 or > 999_999_999)
        {
            return false;
        }

        until = DateTimeOffset.FromUnixTimeSeconds(sent.Seconds).AddTicks(sent.Nanos / 100);
        return until > now;
    }
}
