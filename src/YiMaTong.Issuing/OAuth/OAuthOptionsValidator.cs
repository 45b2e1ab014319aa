using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.OAuth;

/// <summary>Collects everything that is wrong with the OAuth options. Thread-safe.</summary>
internal sealed class OAuthOptionsValidator : IValidateOptions<OAuthOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, OAuthOptions options) => new SettingErrors(OAuthOptions.Section)
        .Require(
            IsIssuer(options.Issuer), nameof(options.Issuer),
            "must be an absolute http or https address that ends in / and has no query and no fragment", options.Issuer)
        .NotEmpty(nameof(options.KeyFile), options.KeyFile)
        .Range(nameof(options.AccessTokenLifeSeconds), options.AccessTokenLifeSeconds, 60, 86_400)
        .Range(nameof(options.RefreshTokenLifeDays), options.RefreshTokenLifeDays, 1, 365)
        .Range(nameof(options.CodeLifeSeconds), options.CodeLifeSeconds, 10, 600)
        .Result;

    private static bool IsIssuer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var issuer)
        && (issuer.Scheme == Uri.UriSchemeHttp || issuer.Scheme == Uri.UriSchemeHttps)
        && issuer.Query.Length == 0
        && issuer.Fragment.Length == 0
        && text.EndsWith('/');
}
