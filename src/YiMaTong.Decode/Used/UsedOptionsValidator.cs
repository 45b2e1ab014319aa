using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Used;

/// <summary>Checks the journal's settings at start and names every fault at once.</summary>
internal sealed class UsedOptionsValidator : IValidateOptions<UsedOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, UsedOptions options) =>
        new SettingErrors(UsedOptions.Section)
            .NotEmpty(nameof(options.Folder), options.Folder)
            .Range(nameof(options.SyncMs), options.SyncMs, 1, 1_000)
            .Range(nameof(options.HeldMs), options.HeldMs, 1, 10_000)
            .Range(nameof(options.StopMs), options.StopMs, 100, 60_000)
            .Range(nameof(options.RetryMs), options.RetryMs, 10, 60_000)
            .Result;
}
