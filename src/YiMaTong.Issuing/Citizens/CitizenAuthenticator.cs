using System.Buffers.Binary;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Issuing.V1;
using YiMaTong.Issuing.Minting;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.RealName;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Citizens;

/// <summary>
/// How often each certificate number may be put to the authority: guessing names is not free.
/// Thread-safe.
/// </summary>
internal sealed class AuthenticationLimit(IOptions<CitizenOptions> options, FieldSealer sealer, TimeProvider time)
{
    private readonly KeyedLimiter _limiter = new(
        options.Value.AuthenticationsPerMinute / 60.0, options.Value.AuthenticationsPerMinute, time);

    /// <summary>Takes one; false where the number has none left.</summary>
    public bool TryTake(CitizenIdentity identity) => _limiter.TryTake(
        BinaryPrimitives.ReadInt64BigEndian(sealer.LookupHash(identity.IdType, identity.IdNumber)));
}

/// <summary>
/// Real-name authentication (7.1.1): the authority decides, then the citizen is registered and signed in. One per
/// request.
/// </summary>
internal sealed class CitizenAuthenticator(
    IRealNameAuthority authority, AuthenticationLimit limit, ChangeWriter writer, CitizenRegistrar registrar,
    CitizenSessions sessions, TimeProvider time)
{
    /// <summary>Authenticates; the session is null on failure.</summary>
    public async Task<(Outcome Outcome, CitizenSession? Session)> RunAsync(
        AuthenticateRequest request, CancellationToken cancellationToken)
    {
        if (!CitizenIdentity.TryCreate(
            request.IdType, request.IdNumber, request.Name, request.Phone, nameRequired: true, time.GetUtcNow(),
            out var identity, out var field))
        {
            return (Outcome.BadParameter(field!), null);
        }

        if (!limit.TryTake(identity!))
        {
            return (PyCodes.TooManyRequests, null);
        }

        var verdict = await authority.VerifyAsync(identity!, cancellationToken);
        if (verdict != RealNameVerdict.Confirmed)
        {
            return (verdict == RealNameVerdict.Refused ? PyCodes.NotVerified : PyCodes.Busy, null);
        }

        CitizenSession? session = null;
        await writer.WriteAsync(
            async unit => session = await SignIn(unit, identity!, cancellationToken), cancellationToken);
        return session is null ? (PyCodes.UserFrozen, null) : (Outcome.Ok, session);
    }

    private async Task<CitizenSession?> SignIn(
        ChangeUnit unit, CitizenIdentity identity, CancellationToken cancellationToken)
    {
        var citizen = await registrar.FindAsync(unit.Db, identity, cancellationToken);
        if (citizen is { State: not CitizenState.Active })
        {
            return null;
        }

        if (citizen is null)
        {
            citizen = await registrar.RegisterAsync(unit, identity, default, realNameVerified: true, cancellationToken);
        }
        else
        {
            registrar.UpdateContact(citizen, identity);
            citizen.RealNameVerified = true;
        }

        var token = await sessions.OpenAsync(unit, citizen, cancellationToken);
        var id = citizen.Id;
        var claim = await unit.Db.Consents.AsNoTracking().FirstOrDefaultAsync(
            entry => entry.CitizenId == id && entry.ChannelId == null && entry.EndedAt == null, cancellationToken);
        return new CitizenSession
        {
            SessionToken = token,
            ExpiresIn = sessions.LifeSeconds,
            Claimed = ConsentLedger.Holds(claim, time.GetUtcNow()),
        };
    }
}
