using System.Numerics;
using Microsoft.Extensions.Options;
using YiMaTong.Hosting.Settings;

namespace YiMaTong.Decode.Decisions;

/// <summary>Checks the settings of the decision record at start and names every fault at once.</summary>
internal sealed class DecisionOptionsValidator : IValidateOptions<DecisionOptions>
{
    private const int NodeIdMax = 64;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, DecisionOptions options) =>
        new SettingErrors(DecisionOptions.Section)
            .Require(Enum.IsDefined(options.Mode), nameof(options.Mode), "must be fast, durable or off", options.Mode)
            .Require(
                Enum.IsDefined(options.WhenFull), nameof(options.WhenFull), "must be answer or refuse",
                options.WhenFull)
            .Require(
                options.NodeId.Length is > 0 and <= NodeIdMax, nameof(options.NodeId),
                $"must be 1 to {NodeIdMax} characters", options.NodeId)
            .NotEmpty(nameof(options.Folder), options.Folder)
            .Range(nameof(options.CommitMs), options.CommitMs, 1, 1_000)
            .Range(nameof(options.CommitWaitMs), options.CommitWaitMs, 1, 10_000)
            .Range(nameof(options.RingCapacity), options.RingCapacity, 1_024, 16_777_216)
            .Require(
                BitOperations.IsPow2(options.RingCapacity), nameof(options.RingCapacity), "must be a power of two",
                options.RingCapacity)
            .Range(nameof(options.DiskMiB), options.DiskMiB, 2, 16_777_216)
            .Range(nameof(options.SegmentMiB), options.SegmentMiB, 1, 1_024)
            .Require(
                options.SegmentMiB <= options.DiskMiB / 2, nameof(options.SegmentMiB),
                $"must be at most half of DiskMiB ({options.DiskMiB})", options.SegmentMiB)
            .Range(nameof(options.StopMs), options.StopMs, 100, 60_000)
            .Range(nameof(options.RetryMs), options.RetryMs, 10, 60_000)
            .Range(nameof(options.ShipMs), options.ShipMs, 10, 60_000)
            .Result;
}
