using Microsoft.Extensions.Options;

namespace YiMaTong.Decode;

/// <summary>Checks the node's settings at start and names every fault at once.</summary>
internal sealed class DecodeOptionsValidator : IValidateOptions<DecodeOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, DecodeOptions options)
    {
        var faults = new List<string>();
        Range(faults, nameof(options.SkewSeconds), options.SkewSeconds, 0, 60);
        Range(faults, nameof(options.SameDeviceGraceSeconds), options.SameDeviceGraceSeconds, 0, 30);
        Range(faults, nameof(options.SingleUseLifeSeconds), options.SingleUseLifeSeconds, 15, 3_600);
        Range(faults, nameof(options.SingleUseCapacity), options.SingleUseCapacity, 1_000, 100_000_000);
        Range(faults, nameof(options.RequestWindowSeconds), options.RequestWindowSeconds, 1, 900);
        Range(faults, nameof(options.RetryGraceSeconds), options.RetryGraceSeconds, 0, 60);
        Range(faults, nameof(options.RequestCapacity), options.RequestCapacity, 1_000, 100_000_000);
        Range(faults, nameof(options.MinRevisionWaitMs), options.MinRevisionWaitMs, 0, 10_000);
        Range(faults, nameof(options.UnknownKeyDoubtMs), options.UnknownKeyDoubtMs, 1_000, 600_000);
        Range(faults, nameof(options.SessionLifeSeconds), options.SessionLifeSeconds, 60, 604_800);
        Range(faults, nameof(options.SessionsPerDevice), options.SessionsPerDevice, 1, 64);
        Range(faults, nameof(options.SessionsMax), options.SessionsMax, 100, 10_000_000);
        Range(faults, "Feed:SilenceSeconds", options.Feed.SilenceSeconds, 2, 300);
        Range(faults, "Feed:BackoffMinMs", options.Feed.BackoffMinMs, 10, 10_000);
        Range(faults, "Feed:BackoffMaxMs", options.Feed.BackoffMaxMs, 100, 300_000);
        Range(faults, "Feed:KeepAliveSeconds", options.Feed.KeepAliveSeconds, 1, 300);
        Relations(faults, options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Relations(List<string> faults, DecodeOptions options)
    {
        if (options.SingleUseLifeSeconds <= 2 * options.SkewSeconds)
        {
            Add(faults, nameof(options.SingleUseLifeSeconds),
                $"is not longer than twice SkewSeconds ({options.SkewSeconds})", options.SingleUseLifeSeconds);
        }

        if (options.Feed.BackoffMaxMs < options.Feed.BackoffMinMs)
        {
            Add(faults, "Feed:BackoffMaxMs", $"is less than BackoffMinMs ({options.Feed.BackoffMinMs})", options.Feed.BackoffMaxMs);
        }

        if (!Uri.TryCreate(options.Feed.Address, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https"))
        {
            Add(faults, "Feed:Address", "is not an http or https address", options.Feed.Address);
        }

        if (string.IsNullOrWhiteSpace(options.Feed.TokenFile))
        {
            Add(faults, "Feed:TokenFile", "is required", options.Feed.TokenFile);
        }
    }

    private static void Range(List<string> faults, string key, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            Add(faults, key, $"is not {min} to {max}", value);
        }
    }

    private static void Add(List<string> faults, string key, string fault, object value) =>
        faults.Add($"{DecodeOptions.Section}:{key}: {fault} ({value})");
}
