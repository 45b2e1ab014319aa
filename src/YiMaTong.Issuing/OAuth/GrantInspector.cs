using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace YiMaTong.Issuing.OAuth;

/// <summary>How a presented code or refresh token stands.</summary>
internal enum GrantState
{
    /// <summary>It can be exchanged.</summary>
    Usable,

    /// <summary>There is none like it, or it was revoked.</summary>
    Unknown,

    /// <summary>Another app's.</summary>
    OfAnotherApp,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was exchanged before.</summary>
    Used,
}

/// <summary>
/// Looks at a presented code or refresh token to tell precisely why it will be refused: the protocol's own answer is
/// invalid_grant for all of it. One per request.
/// </summary>
internal sealed class GrantInspector(
    IOpenIddictTokenManager tokens,
    IOpenIddictAuthorizationManager authorizations,
    IOpenIddictApplicationManager clients,
    TimeProvider time)
{
    /// <summary>
    /// Looks. A grant that was used before is revoked with all that came from it (RFC 6749, section
    /// 4.1.2).
    /// </summary>
    /// <param name="token">The code or refresh token.</param>
    /// <param name="type">Which of the two it must be, as the OAuth server names it.</param>
    /// <param name="appId">The app that presents it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<GrantState> InspectAsync(
        string token, string type, string appId, CancellationToken cancellationToken)
    {
        if (await tokens.FindByReferenceIdAsync(token, cancellationToken) is not { } entry
            || !await tokens.HasTypeAsync(entry, type, cancellationToken))
        {
            return GrantState.Unknown;
        }

        var owner = await tokens.GetApplicationIdAsync(entry, cancellationToken);
        if (await clients.FindByClientIdAsync(appId, cancellationToken) is not { } client
            || owner != await clients.GetIdAsync(client, cancellationToken))
        {
            // Nothing is revoked: one app must not be able to end what another one holds.
            return GrantState.OfAnotherApp;
        }

        if (await tokens.HasStatusAsync(entry, Statuses.Redeemed, cancellationToken))
        {
            await RevokeChain(entry, cancellationToken);
            return GrantState.Used;
        }

        if (!await tokens.HasStatusAsync(entry, Statuses.Valid, cancellationToken))
        {
            return GrantState.Unknown;
        }

        return await tokens.GetExpirationDateAsync(entry, cancellationToken) <= time.GetUtcNow()
            ? GrantState.Expired
            : GrantState.Usable;
    }

    private async Task RevokeChain(object entry, CancellationToken cancellationToken)
    {
        if (await tokens.GetAuthorizationIdAsync(entry, cancellationToken) is not { } id)
        {
            return;
        }

        if (await authorizations.FindByIdAsync(id, cancellationToken) is { } authorization)
        {
            await authorizations.TryRevokeAsync(authorization, cancellationToken);
        }

        await tokens.RevokeByAuthorizationIdAsync(id, cancellationToken);
    }
}
