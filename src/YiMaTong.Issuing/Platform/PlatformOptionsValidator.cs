using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Platform;

/// <summary>Collects every error of the platform's settings.</summary>
internal sealed class PlatformOptionsValidator : IValidateOptions<PlatformOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, PlatformOptions options) =>
        new SettingErrors(IssuingOptions.Section)
            .NotEmpty(nameof(options.OperatorTokenFile), options.OperatorTokenFile)
            .Require(
                options.CodeKeyAnnounceSeconds is >= 0 and <= 86_400, nameof(options.CodeKeyAnnounceSeconds),
                "must be 0 to 86,400", options.CodeKeyAnnounceSeconds)
            .Result;
}
