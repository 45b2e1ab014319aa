using System.Text;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Emergency;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Issuing.Emergency;

/// <summary>Collects every error of the settings of emergency codes. Thread-safe.</summary>
internal sealed class EmergencyOptionsValidator : IValidateOptions<EmergencyOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, EmergencyOptions options) =>
        new SettingErrors(EmergencyOptions.Section)
            .Require(
                RegionCode.TryParse(Encoding.UTF8.GetBytes(options.Region), out _), nameof(options.Region),
                "must be six digits of GB/T 2260", options.Region)
            .Require(
                AreKinds(options.SceneKinds), nameof(options.SceneKinds), "must be letters a to k", options.SceneKinds)
            .Require(
                AreKinds(options.StaticSceneKinds), nameof(options.StaticSceneKinds), "must be letters a to k",
                options.StaticSceneKinds)
            .Range(nameof(options.LifeSeconds), options.LifeSeconds, 600, 604_800)
            .Require(
                options.RefreshAfterSeconds >= 60 && options.RefreshAfterSeconds < options.LifeSeconds,
                nameof(options.RefreshAfterSeconds),
                $"must be at least 60 and below LifeSeconds, which is {options.LifeSeconds}",
                options.RefreshAfterSeconds)
            .Range(nameof(options.StaticLifeSeconds), options.StaticLifeSeconds, 300, 86_400)
            .Range(nameof(options.PerCitizenPerDay), options.PerCitizenPerDay, 1, 1000)
            .Range(nameof(options.StaticPerCitizenPerDay), options.StaticPerCitizenPerDay, 0, 1000)
            .Range(nameof(options.AlarmPerMinute), options.AlarmPerMinute, 1, 10_000_000)
            .Range(nameof(options.KeyLeadSeconds), options.KeyLeadSeconds, 0, 2_592_000)
            .Range(nameof(options.KeyLifeDays), options.KeyLifeDays, 1, 3650)
            .Require(
                options.KeyLeadSeconds < options.KeyLifeDays * 86_400L, nameof(options.KeyLeadSeconds),
                $"must be below KeyLifeDays, which is {options.KeyLifeDays}", options.KeyLeadSeconds)
            .Require(
                options.ListPlaces is >= 1024 and <= 1 << 24 && options.ListPlaces % 8 == 0,
                nameof(options.ListPlaces), "must be a multiple of 8 from 1,024 to 16,777,216", options.ListPlaces)
            .Range(nameof(options.ReuseAfterSeconds), options.ReuseAfterSeconds, 3600, 31_536_000)
            .Range(nameof(options.DeltaRevisions), options.DeltaRevisions, 1, 1000)
            .Range(nameof(options.ResignSeconds), options.ResignSeconds, 60, 86_400)
            .Result;

    private static bool AreKinds(string letters) =>
        letters.Length > 0 && !letters.AsSpan().ContainsAnyExceptInRange('a', 'k');
}
