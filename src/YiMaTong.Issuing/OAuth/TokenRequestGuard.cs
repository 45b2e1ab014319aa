using OpenIddict.Abstractions;
using OpenIddict.Server;
using YiMaTong.Codes.Returns;
using YiMaTong.Issuing.Citizens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace YiMaTong.Issuing.OAuth;

/// <summary>
/// The product's own conditions on every exchange, after the protocol's: the app is in use, the citizen is not frozen,
/// and the consent that the grant rests on still holds. One per request.
/// </summary>
internal sealed class TokenRequestGuard(GrantStanding standing, TimeProvider time)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if ((context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal) is not { } grant)
        {
            return;
        }

        var desk = DeskRequest.Of(context.Transaction);
        var found = await standing.FindAsync(
            GrantClaims.CitizenIdOf(grant), context.ClientId ?? "", context.Transaction.CancellationToken);
        var refusal = Judge(found, ScopeNames.ParseStored(string.Join(' ', grant.GetScopes())));
        if (refusal is null && desk is null && found!.Channel.PublicKeyPem is not null)
        {
            // A registered key means that the app signs: the signature is checked at B.5, so that is the only door.
            context.Reject(Errors.UnauthorizedClient, "This client exchanges grants at B.5 only, with its signature.");
            return;
        }

        if (desk is not null)
        {
            desk.Refusal = refusal;
            desk.Grant = grant;
        }

        if (refusal is not null)
        {
            context.Reject(Errors.InvalidGrant, "The grant no longer holds.");
        }
    }

    private PyCode? Judge(Standing? found, GrantScopes granted) => found switch
    {
        null => PyCodes.AppUnknown,
        { Channel.Active: false } => PyCodes.AppDisabled,
        { Citizen.State: not Storage.CitizenState.Active } => PyCodes.RuleForbids,
        _ => found.Allows(granted, time.GetUtcNow()) ? null : PyCodes.AuthorisationWithdrawn,
    };
}
