using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Snapshots;

/// <summary>Checks the snapshots' settings at start.</summary>
internal sealed class SnapshotOptionsValidator : IValidateOptions<SnapshotOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, SnapshotOptions options) =>
        new SettingErrors(SnapshotOptions.Section)
            .Range(nameof(options.IntervalSeconds), options.IntervalSeconds, 1, 86_400)
            .Range(nameof(options.CatchUpMs), options.CatchUpMs, 0, 60_000)
            .Range(nameof(options.CorePercent), options.CorePercent, 1, 100)
            .Result;
}
