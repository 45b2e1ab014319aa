using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Citizens;

/// <summary>Collects everything that is wrong with the options. Thread-safe.</summary>
internal sealed class CitizenOptionsValidator : IValidateOptions<CitizenOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, CitizenOptions options) =>
        new SettingErrors(CitizenOptions.Section)
        .Range(nameof(options.SessionLifeSeconds), options.SessionLifeSeconds, 60, 86_400)
        .Range(nameof(options.AuthenticationsPerMinute), options.AuthenticationsPerMinute, 1, 600)
        .Result;
}
