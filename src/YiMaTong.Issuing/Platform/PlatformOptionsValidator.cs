using Microsoft.Extensions.Options;

namespace YiMaTong.Issuing.Platform;

/// <summary>Collects every error of the platform's settings.</summary>
internal sealed class PlatformOptionsValidator : IValidateOptions<PlatformOptions>
{
    public ValidateOptionsResult Validate(string? name, PlatformOptions options)
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(options.OperatorTokenFile))
        {
            errors.Add($"{IssuingOptions.Section}:{nameof(options.OperatorTokenFile)}: must name a file ()");
        }

        if (options.CodeKeyAnnounceSeconds is not (>= 0 and <= 86_400))
        {
            errors.Add(
                $"{IssuingOptions.Section}:{nameof(options.CodeKeyAnnounceSeconds)}: must be from 0 to 86400 "
                + $"({options.CodeKeyAnnounceSeconds})");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
