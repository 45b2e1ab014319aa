using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Load;

/// <summary>Checks the settings of the degraded mode and names every fault at once.</summary>
internal sealed class DegradedOptionsValidator : IValidateOptions<DegradedOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, DegradedOptions options) =>
        new SettingErrors(DegradedOptions.Section)
            .Require(
                DegradedModes.TryParse(options.Mode, out _), nameof(options.Mode), "must be off, on or auto",
                options.Mode)
            .Range(nameof(options.EnterCpuPercent), options.EnterCpuPercent, 10, 100)
            .Range(nameof(options.LeaveCpuPercent), options.LeaveCpuPercent, 1, 99)
            .Require(
                options.LeaveCpuPercent < options.EnterCpuPercent,
                nameof(options.LeaveCpuPercent),
                $"must be below EnterCpuPercent ({options.EnterCpuPercent})",
                options.LeaveCpuPercent)
            .Range(nameof(options.EnterSeconds), options.EnterSeconds, 1, 3_600)
            .Range(nameof(options.LeaveSeconds), options.LeaveSeconds, 1, 3_600)
            .Result;
}
