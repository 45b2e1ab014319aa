using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace YiMaTong.Issuing.OAuth;

/// <summary>
/// Lets an app look at and revoke its own tokens alone. OpenIddict 7.8 takes any public client for an authorised party
/// of a token without audience; here one app must neither learn nor end what another one holds. To the caller a foreign
/// token is like none: inactive, or a revocation without effect (RFC 7009, section 2.2). Thread-safe.
/// </summary>
internal sealed class TokenHolderGuard :
    IOpenIddictServerHandler<ValidateIntrospectionRequestContext>,
    IOpenIddictServerHandler<ValidateRevocationRequestContext>
{
    public ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
    {
        if (!Holds(context.ClientId, context.GenericTokenPrincipal))
        {
            context.Reject(Errors.InvalidToken);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(ValidateRevocationRequestContext context)
    {
        if (!Holds(context.ClientId, context.GenericTokenPrincipal))
        {
            context.Reject(Errors.InvalidToken);
        }

        return ValueTask.CompletedTask;
    }

    private static bool Holds(string? clientId, ClaimsPrincipal? token) =>
        !string.IsNullOrEmpty(clientId) && token is not null && token.HasPresenter(clientId);
}
