using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode;

/// <summary>Checks the node's settings at start and names every fault at once.</summary>
internal sealed class DecodeOptionsValidator : IValidateOptions<DecodeOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, DecodeOptions options) =>
        new SettingErrors(DecodeOptions.Section)
            .Range(nameof(options.SkewSeconds), options.SkewSeconds, 0, 60)
            .Range(nameof(options.SameDeviceGraceSeconds), options.SameDeviceGraceSeconds, 0, 30)
            .Range(nameof(options.SingleUseLifeSeconds), options.SingleUseLifeSeconds, 15, 3_600)
            .Require(
                options.SingleUseLifeSeconds > 2 * options.SkewSeconds,
                nameof(options.SingleUseLifeSeconds),
                $"must be longer than twice SkewSeconds ({options.SkewSeconds})",
                options.SingleUseLifeSeconds)
            .Range(nameof(options.SingleUseCapacity), options.SingleUseCapacity, 1_000, 100_000_000)
            .Range(nameof(options.RequestWindowSeconds), options.RequestWindowSeconds, 1, 900)
            .Range(nameof(options.RetryGraceSeconds), options.RetryGraceSeconds, 0, 60)
            .Range(nameof(options.RequestCapacity), options.RequestCapacity, 1_000, 100_000_000)
            .Range(nameof(options.RequestSharePercent), options.RequestSharePercent, 1, 100)
            .Range(nameof(options.MinRevisionWaitMs), options.MinRevisionWaitMs, 0, 10_000)
            .Range(nameof(options.UnknownKeyDoubtMs), options.UnknownKeyDoubtMs, 1_000, 600_000)
            .Range(nameof(options.SessionLifeSeconds), options.SessionLifeSeconds, 60, 604_800)
            .Range(nameof(options.SessionsPerDevice), options.SessionsPerDevice, 1, 64)
            .Range(nameof(options.SessionsMax), options.SessionsMax, 100, 10_000_000)
            .Require(
                Uri.TryCreate(options.Feed.Address, UriKind.Absolute, out var address)
                    && address.Scheme is ("http" or "https"),
                "Feed:Address",
                "must be an http or https address",
                options.Feed.Address)
            .NotEmpty("Feed:TokenFile", options.Feed.TokenFile)
            .Range("Feed:SilenceSeconds", options.Feed.SilenceSeconds, 2, 300)
            .Range("Feed:KeepAliveSeconds", options.Feed.KeepAliveSeconds, 1, 300)
            .Range("Feed:BackoffMinMs", options.Feed.BackoffMinMs, 10, 10_000)
            .Range("Feed:BackoffMaxMs", options.Feed.BackoffMaxMs, 100, 300_000)
            .Require(
                options.Feed.BackoffMaxMs >= options.Feed.BackoffMinMs,
                "Feed:BackoffMaxMs",
                $"must not be less than BackoffMinMs ({options.Feed.BackoffMinMs})",
                options.Feed.BackoffMaxMs)
            .Result;
}
