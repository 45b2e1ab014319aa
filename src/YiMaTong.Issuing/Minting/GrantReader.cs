using YiMaTong.Codes.Returns;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.OAuth;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;

namespace YiMaTong.Issuing.Minting;

/// <summary>A live access token: for whom it stands and what was granted.</summary>
internal sealed record LiveGrant(Standing Standing, GrantScopes Granted);

/// <summary>What B.1, B.2 and B.3 check alike: the token, then the citizen and the consent. One per request.</summary>
internal sealed class GrantReader(AccessTokenReader tokens, GrantStanding standing, TimeProvider time)
{
    /// <summary>
    /// Reads the token and the rows behind it: PY1002 for no live token, PY1003 for an app that is not in
    /// use.
    /// </summary>
    public async Task<(Outcome Outcome, LiveGrant? Grant)> ReadAsync(
        string accessToken, CancellationToken cancellationToken)
    {
        if (await tokens.ReadAsync(accessToken, cancellationToken) is not { } token
            || await standing.FindAsync(token.CitizenId, token.AppId, cancellationToken) is not { } found)
        {
            return (PyCodes.InvalidToken, null);
        }

        return found.Channel.Active ? (Outcome.Ok, new LiveGrant(found, token.Scopes)) : (PyCodes.RuleForbids, null);
    }

    /// <summary>Judges citizen and consent: PY1007, PY1004, PY1006, PY1005 in this order.</summary>
    /// <param name="grant">What was read.</param>
    /// <param name="needed">The scope that the call needs, of the token and of the consent.</param>
    public Outcome Judge(LiveGrant grant, GrantScopes needed)
    {
        var now = time.GetUtcNow();
        var (standing, granted) = grant;
        if (standing.Citizen.State != CitizenState.Active)
        {
            return PyCodes.UserFrozen;
        }

        if (!standing.Citizen.RealNameVerified)
        {
            return PyCodes.NotVerified;
        }

        if (!granted.HasFlag(needed) || !standing.Allows(needed, now))
        {
            return PyCodes.ConsentLacking;
        }

        return standing.IsClaimed(now) ? Outcome.Ok : PyCodes.NotClaimed;
    }
}
