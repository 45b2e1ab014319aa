using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.OAuth;

/// <summary>Collects everything that is wrong with the OAuth options.</summary>
internal sealed class OAuthOptionsValidator : IValidateOptions<OAuthOptions>
{
    public ValidateOptionsResult Validate(string? name, OAuthOptions options)
    {
        var errors = new List<string>();
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out var issuer)
            || (issuer.Scheme != Uri.UriSchemeHttp && issuer.Scheme != Uri.UriSchemeHttps)
            || issuer.Query.Length > 0
            || issuer.Fragment.Length > 0)
        {
            errors.Add($"{OAuthOptions.Section}:Issuer: must be an absolute http or https address without query or "
                + $"fragment ({options.Issuer})");
        }

        if (options.KeyFile.Length == 0)
        {
            errors.Add($"{OAuthOptions.Section}:KeyFile: must name a file");
        }

        Range(nameof(options.AccessTokenLifeSeconds), options.AccessTokenLifeSeconds, 60, 86_400);
        Range(nameof(options.RefreshTokenLifeDays), options.RefreshTokenLifeDays, 1, 365);
        Range(nameof(options.CodeLifeSeconds), options.CodeLifeSeconds, 10, 600);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Range(string key, int value, int low, int high)
        {
            if (value < low || value > high)
            {
                errors.Add($"{OAuthOptions.Section}:{key}: must be {low} to {high} ({value})");
            }
        }
    }
}
