using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;

namespace YiMaTong.Issuing.OAuth;

/// <summary>Carries the product's options and keys into OpenIddict's.</summary>
internal sealed class OAuthServerSetup(IOptions<OAuthOptions> options, IConfiguration configuration)
    : IConfigureOptions<OpenIddictServerOptions>, IConfigureOptions<OpenIddictServerAspNetCoreOptions>
{
    public void Configure(OpenIddictServerOptions server)
    {
        var settings = options.Value;
        var keys = OAuthKeys.Load(settings.KeyFile, configuration.GetValue("Issuing:CreateMissingKeys", false));
        server.Issuer = new Uri(settings.Issuer);
        server.AccessTokenLifetime = TimeSpan.FromSeconds(settings.AccessTokenLifeSeconds);
        server.RefreshTokenLifetime = TimeSpan.FromDays(settings.RefreshTokenLifeDays);
        server.AuthorizationCodeLifetime = TimeSpan.FromSeconds(settings.CodeLifeSeconds);

        // A refresh token works once, to the letter: whoever shows it again is not who got the successor.
        server.RefreshTokenReuseLeeway = TimeSpan.Zero;
        server.EncryptionCredentials.Add(new EncryptingCredentials(
            new SymmetricSecurityKey(keys.SealingKey),
            SecurityAlgorithms.Aes256KW,
            SecurityAlgorithms.Aes256CbcHmacSha512));

        // Tokens never leave the service but as references, so a symmetric signature will do; OpenIddict takes
        // symmetric keys first. The pair is for identity tokens, which it insists on being able to sign.
        server.SigningCredentials.Add(new SigningCredentials(
            new SymmetricSecurityKey(keys.SigningKey), SecurityAlgorithms.HmacSha512));
        server.SigningCredentials.Add(new SigningCredentials(
            new ECDsaSecurityKey(ImportPair(keys.PublishedKey)), SecurityAlgorithms.EcdsaSha256));
    }

    public void Configure(OpenIddictServerAspNetCoreOptions server) =>
        server.DisableTransportSecurityRequirement = options.Value.AllowHttp;

    private static ECDsa ImportPair(byte[] pkcs8)
    {
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(pkcs8, out _);
        return pair;
    }
}
