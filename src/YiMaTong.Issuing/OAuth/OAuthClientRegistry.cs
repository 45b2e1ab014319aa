using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace YiMaTong.Issuing.OAuth;

/// <summary>
/// Keeps the OAuth server's clients in line with the channels. Clients are public: mobile apps cannot keep a secret.
/// Whether an app is in use stays the channel's to say, so it is not copied here. Puts follow one another, and each
/// copies the channel as it is by then: of two that overlap, neither fails and the later commit stays. Thread-safe.
/// </summary>
internal sealed class OAuthClientRegistry(
    IServiceScopeFactory scopes, IDbContextFactory<IssuingDbContext> contexts) : IOAuthClientRegistry, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <inheritdoc />
    public async Task PutAsync(Channel channel, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await Copy(
                await db.Channels.AsNoTracking().SingleAsync(row => row.AppId == channel.AppId, cancellationToken),
                cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task Copy(Channel channel, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        var descriptor = Describe(channel);
        if (await clients.FindByClientIdAsync(channel.AppId, cancellationToken) is { } client)
        {
            await clients.UpdateAsync(client, descriptor, cancellationToken);
        }
        else
        {
            await clients.CreateAsync(descriptor, cancellationToken);
        }
    }

    private static OpenIddictApplicationDescriptor Describe(Channel channel)
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = channel.AppId,
            ClientType = ClientTypes.Public,
            ConsentType = ConsentTypes.External,
            DisplayName = channel.Name,
            Permissions =
            {
                Permissions.Endpoints.Authorization,
                Permissions.Endpoints.Token,
                Permissions.Endpoints.Revocation,
                Permissions.Endpoints.Introspection,
                Permissions.ResponseTypes.Code,
                Permissions.GrantTypes.AuthorizationCode,
                Permissions.GrantTypes.RefreshToken,
            },
        };
        foreach (var scope in Split(channel.Scopes))
        {
            descriptor.Permissions.Add(Permissions.Prefixes.Scope + scope);
        }

        foreach (var address in Split(channel.RedirectUris))
        {
            descriptor.RedirectUris.Add(new Uri(address, UriKind.Absolute));
        }

        if (channel.PkceRequired)
        {
            descriptor.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        }

        return descriptor;
    }

    private static string[] Split(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
