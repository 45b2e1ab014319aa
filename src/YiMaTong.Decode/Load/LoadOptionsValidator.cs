using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Load;

/// <summary>Checks the settings of load management at start and names every fault at once.</summary>
internal sealed class LoadOptionsValidator : IValidateOptions<LoadOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, LoadOptions options) =>
        new SettingErrors(LoadOptions.Section)
            .Range(nameof(options.TargetDelayMs), options.TargetDelayMs, 1, 1_000)
            .Range(nameof(options.MaxGateCalls), options.MaxGateCalls, 1, 1_000_000)
            .Range(nameof(options.MaxStreams), options.MaxStreams, 1, 1_000_000)
            .Range(nameof(options.StreamIdleSeconds), options.StreamIdleSeconds, 5, 86_400)
            .Range(nameof(options.ScansPerSecondPerSession), options.ScansPerSecondPerSession, 0, 1_000_000)
            .Range(nameof(options.ScanBurstPerSession), options.ScanBurstPerSession, 256, 10_000_000)
            .Range(nameof(options.StrangersPerSecond), options.StrangersPerSecond, 1, 1_000_000)
            .Range(nameof(options.StrangersPerSecondPerAddress), options.StrangersPerSecondPerAddress, 1, 1_000_000)
            .Range(nameof(options.SignedPerSecondPerDevice), options.SignedPerSecondPerDevice, 0, 1_000_000)
            .Range(nameof(options.SignedPerSecondPerMerchant), options.SignedPerSecondPerMerchant, 0, 1_000_000)
            .Range(nameof(options.BadSignatureBurst), options.BadSignatureBurst, 1, 10_000)
            .Range(nameof(options.BadSignaturesPerMinute), options.BadSignaturesPerMinute, 1, 60_000)
            .Range(nameof(options.CallersRemembered), options.CallersRemembered, 1_024, 16_777_216)
            .Result;
}
