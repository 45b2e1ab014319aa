using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace YiMaTong.Issuing.OAuth;

/// <summary>What the OAuth server's codes and tokens say of a grant.</summary>
internal static class GrantClaims
{
    /// <summary>Row id of the citizen. It stays inside sealed tokens: apps know the citizen by open id only.</summary>
    public const string CitizenId = "yimatong_citizen";

    /// <summary>Makes what a grant says.</summary>
    public static ClaimsPrincipal Create(
        long citizenId, string openId, ImmutableArray<string> scopes, string authenticationType)
    {
        var identity = new ClaimsIdentity(authenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, openId);
        identity.SetClaim(CitizenId, citizenId.ToString(CultureInfo.InvariantCulture));
        identity.SetScopes(scopes);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }

    /// <summary>Reads the citizen's row id; 0 where there is none.</summary>
    public static long CitizenIdOf(ClaimsPrincipal principal) =>
        long.TryParse(principal.GetClaim(CitizenId), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0;
}
