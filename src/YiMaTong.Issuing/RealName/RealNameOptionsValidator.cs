using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.RealName;

/// <summary>
/// Collects everything that is wrong with the options, and keeps the simulation out of production.
/// Thread-safe.
/// </summary>
internal sealed class RealNameOptionsValidator(IConfiguration configuration) : IValidateOptions<RealNameOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RealNameOptions options)
    {
        var errors = new SettingErrors(RealNameOptions.Section)
            .Require(
                options.Mode is RealNameOptions.Http or RealNameOptions.Simulated or RealNameOptions.None,
                nameof(options.Mode),
                "must be http, simulated or none", options.Mode)
            .Require(
                options.Mode != RealNameOptions.Simulated || configuration.GetValue("Issuing:Demonstration", false),
                nameof(options.Mode), "is for demonstrations and needs Issuing:Demonstration to be true", options.Mode)
            .Require(
                options.Mode != RealNameOptions.Http || IsSafe(options.Endpoint), nameof(options.Endpoint),
                "must be an absolute https address, or http on a loopback address", options.Endpoint);
        return errors.Range(nameof(options.TimeoutMs), options.TimeoutMs, 100, 30_000).Result;
    }

    // Names and numbers travel there: in clear only where they do not leave the machine.
    private static bool IsSafe(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
        && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback));
}
