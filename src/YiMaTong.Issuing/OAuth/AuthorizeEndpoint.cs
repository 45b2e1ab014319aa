using System.Buffers.Text;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using YiMaTong.Issuing.Citizens;
using YiMaTong.Issuing.Storage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace YiMaTong.Issuing.OAuth;

/// <summary>
/// What /oauth2/authorize does once the OAuth server has found the request in order: the citizen's session says who,
/// the ledger says whether. It never asks anything itself: consent is given at the platform's own app beforehand.
/// </summary>
internal static class AuthorizeEndpoint
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>
    /// Answers an authorisation request with a code or with the protocol's refusal, both at the redirect
    /// address.
    /// </summary>
    public static async Task<IResult> HandleAsync(
        HttpContext http, CitizenSessions sessions, GrantStanding standing, FieldSealer sealer, TimeProvider time)
    {
        var request = http.GetOpenIddictServerRequest()
            ?? throw new InvalidOperationException("The OAuth server did not take part in this request.");
        var token = CitizenSessions.BearerOf(http.Request.Headers.Authorization.ToString());
        var session = await sessions.FindAsync(token, http.RequestAborted);
        if (session is null)
        {
            return Refuse(Errors.LoginRequired, "The citizen's session is missing or over.");
        }

        var found = await standing.FindAsync(session.CitizenId, request.ClientId ?? "", http.RequestAborted);
        if (found is not { Channel.Active: true, Citizen.State: CitizenState.Active, Citizen.RealNameVerified: true })
        {
            return Refuse(Errors.AccessDenied, "The app or the citizen may not take part.");
        }

        var asked = request.GetScopes();
        if (asked.IsEmpty || !ScopeNames.TryParse(asked, out var scopes))
        {
            return Refuse(Errors.InvalidScope, "At least one known scope is needed.");
        }

        if (!found.Allows(scopes, time.GetUtcNow()))
        {
            return Refuse(Errors.ConsentRequired, "The citizen's consent to this app does not cover the scopes.");
        }

        var openId = OpenId(sealer, found.Citizen.Handle, found.Channel.AppId);
        return Results.SignIn(
            GrantClaims.Create(found.Citizen.Id, openId, asked, Scheme), authenticationScheme: Scheme);
    }

    private static string OpenId(FieldSealer sealer, ulong handle, string appId) =>
        Base64Url.EncodeToString(sealer.Pseudonym(handle, appId));

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [Scheme]);
}
