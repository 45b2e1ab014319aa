using Microsoft.Extensions.Options;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using YiMaTong.Hosting.Envelope;
using YiMaTong.Hosting.Settings;
using YiMaTong.Issuing.Platform;
using YiMaTong.Issuing.Storage;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace YiMaTong.Issuing.OAuth;

/// <summary>Registers the OAuth server.</summary>
internal static class OAuthServices
{
    private const string AuthorizePath = "oauth2/authorize";

    // Behind all of the protocol's own checks, which count upwards from the smallest number.
    private const int Last = int.MaxValue - 100_000;

    public static IServiceCollection AddIssuingOAuth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<OAuthOptions, OAuthOptionsValidator>(
            configuration.GetSection(OAuthOptions.Section));
        services.Configure<EnvelopeOptions>(envelope =>
        {
            envelope.ExemptPrefixes.Add("/oauth2");
            envelope.ExemptPrefixes.Add("/.well-known");
        });
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>, OAuthServerSetup>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerAspNetCoreOptions>, OAuthServerSetup>();

        // A key file that cannot be read must end the start, not the first request.
        services.AddOptions<OpenIddictServerOptions>().ValidateOnStart();
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IssuingDbContext>())
            .AddServer(Configure);
        services.AddSingleton<IOAuthClientRegistry, OAuthClientRegistry>();
        services.AddScoped<TokenDesk>();
        services.AddScoped<GrantInspector>();
        services.AddScoped<AccessTokenReader>();
        services.AddScoped<AppExchange>();
        services.AddSingleton<AppSignature>();
        return services;
    }

    public static IEndpointRouteBuilder MapIssuingOAuth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/" + AuthorizePath, ["GET", "POST"], AuthorizeEndpoint.HandleAsync);
        endpoints.MapGrpcService<AuthorizationEndpoint>();
        return endpoints;
    }

    private static void Configure(OpenIddictServerBuilder server)
    {
        server.SetAuthorizationEndpointUris(AuthorizePath)
            .SetTokenEndpointUris("oauth2/token")
            .SetRevocationEndpointUris("oauth2/revoke")
            .SetIntrospectionEndpointUris("oauth2/introspect")
            .SetConfigurationEndpointUris(".well-known/openid-configuration")
            .SetJsonWebKeySetEndpointUris(".well-known/jwks");
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow();
        server.UseReferenceAccessTokens().UseReferenceRefreshTokens();
        server.RegisterScopes([.. ScopeNames.All.Select(entry => entry.Name)]);
        server.AddEventHandler<ValidateTokenRequestContext>(
            handler => handler.UseScopedHandler<TokenRequestGuard>().SetOrder(Last));
        server.AddEventHandler<ApplyTokenResponseContext>(
            handler => handler.UseSingletonHandler<DeskAnswer>().SetOrder(int.MinValue));
        server.AddEventHandler<ValidateIntrospectionRequestContext>(
            handler => handler.UseSingletonHandler<TokenHolderGuard>().SetOrder(Last));
        server.AddEventHandler<ValidateRevocationRequestContext>(
            handler => handler.UseSingletonHandler<TokenHolderGuard>().SetOrder(Last));
        server.AddEventHandler<HandleIntrospectionRequestContext>(handler => handler
            .UseInlineHandler(static context =>
            {
                context.Claims.Remove(GrantClaims.CitizenId);
                return ValueTask.CompletedTask;
            })
            .SetOrder(Last));
        server.UseAspNetCore().EnableAuthorizationEndpointPassthrough();
    }
}
