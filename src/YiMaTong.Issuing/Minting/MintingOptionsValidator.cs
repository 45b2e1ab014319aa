using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Minting;

/// <summary>
/// Collects everything that is wrong with the options of minting and of the service area.
/// Thread-safe.
/// </summary>
internal sealed class MintingOptionsValidator : IValidateOptions<MintingOptions>, IValidateOptions<ServiceAreaOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, MintingOptions options) =>
        new SettingErrors(MintingOptions.Section)
        .Require(
            options.LifeSeconds is >= 5 and <= 1275 && options.LifeSeconds % 5 == 0, nameof(options.LifeSeconds),
            "must be a multiple of 5 from 5 to 1275", options.LifeSeconds)
        .Require(
            options.RefreshAfterSeconds >= 1 && options.RefreshAfterSeconds < options.LifeSeconds,
            nameof(options.RefreshAfterSeconds),
            $"must be at least 1 and below LifeSeconds, which is {options.LifeSeconds}", options.RefreshAfterSeconds)
        .Require(
            options.PerCitizenPerSecond is >= 0.1 and <= 1000, nameof(options.PerCitizenPerSecond),
            "must be 0.1 to 1000", options.PerCitizenPerSecond)
        .Range(nameof(options.PerCitizenBurst), options.PerCitizenBurst, 1, 10_000)
        .Result;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ServiceAreaOptions options) =>
        new SettingErrors(ServiceAreaOptions.Section)
            .Require(
                options.MinLatitude >= -90 && options.MaxLatitude <= 90 && options.MinLatitude < options.MaxLatitude,
                nameof(options.MinLatitude),
                $"must be below MaxLatitude, which is {options.MaxLatitude}, both within -90 to 90",
                options.MinLatitude)
            .Require(
                options.MinLongitude >= -180 && options.MaxLongitude <= 180
                    && options.MinLongitude < options.MaxLongitude,
                nameof(options.MinLongitude),
                $"must be below MaxLongitude, which is {options.MaxLongitude}, both within -180 to 180",
                options.MinLongitude)
            .Result;
}
