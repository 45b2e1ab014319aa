using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace YiMaTong.Issuing.OAuth;

/// <summary>What a live access token stands for.</summary>
/// <param name="AppId">The app that holds it.</param>
/// <param name="CitizenId">Row id of the citizen.</param>
/// <param name="Scopes">What was granted.</param>
internal sealed record AccessToken(string AppId, long CitizenId, GrantScopes Scopes);

/// <summary>
/// Reads access tokens through the OAuth server's own validation: seal, signature, expiry, revocation of the token and
/// of its authorisation. One per request.
/// </summary>
internal sealed class AccessTokenReader(IOpenIddictServerFactory factory, IOpenIddictServerDispatcher dispatcher)
{
    /// <summary>Longest token that is looked at, in characters.</summary>
    public const int MaxLength = 512;

    /// <summary>Reads a token; null for whatever is no live access token of this server.</summary>
    public async Task<AccessToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxLength)
        {
            return null;
        }

        var transaction = await factory.CreateTransactionAsync();
        transaction.CancellationToken = cancellationToken;
        transaction.BaseUri = transaction.Options.Issuer;
        var context = new ValidateTokenContext(transaction)
        {
            Token = token,
            ValidTokenTypes = { TokenTypeIdentifiers.AccessToken },
        };
        await dispatcher.DispatchAsync(context);
        if (context.IsRejected || context.Principal is not { } principal)
        {
            return null;
        }

        var appId = principal.GetClaim(Claims.ClientId);
        var citizenId = GrantClaims.CitizenIdOf(principal);
        return string.IsNullOrEmpty(appId) || citizenId == 0
            ? null
            : new(appId, citizenId, ScopeNames.ParseStored(string.Join(' ', principal.GetScopes())));
    }
}
