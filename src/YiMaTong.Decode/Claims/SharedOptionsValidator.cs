using Microsoft.Extensions.Options;
using StackExchange.Redis;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Claims;

/// <summary>Checks the settings of the shared store at start and names every fault at once.</summary>
internal sealed class SharedOptionsValidator : IValidateOptions<SharedOptions>
{
    private const int PrefixMax = 64;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, SharedOptions options)
    {
        // The text may hold a password, and is not repeated.
        return new SettingErrors(SharedOptions.Section)
            .Range(nameof(options.TimeoutMs), options.TimeoutMs, 1, 10_000)
            .Range(nameof(options.RetryMs), options.RetryMs, 10, 60_000)
            .Require(
                options.Prefix.Length is >= 1 and <= PrefixMax, nameof(options.Prefix), "must have 1 to 64 characters",
                options.Prefix)
            .Require(
                options.Redis.Length == 0 || IsUsable(options.Redis), nameof(options.Redis),
                "must be an address of a Redis", "not shown")
            .Result;
    }

    private static bool IsUsable(string redis)
    {
        try
        {
            return ConfigurationOptions.Parse(redis).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
