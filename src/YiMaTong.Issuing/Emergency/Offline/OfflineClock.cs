using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Issuing.Emergency;

/// <summary>When a scan was.</summary>
/// <param name="Ms">Milliseconds of the Unix epoch that the scan is filed under.</param>
/// <param name="IsKnown">Whether the scan was then; else it is the time of the arrival.</param>
internal readonly record struct OfflineTime(long Ms, bool IsKnown)
{
    /// <summary>The same as an instant.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Ms);
}

/// <summary>
/// Tells when the scans of a run were. A gate may be without a network and with a wrong clock for hours, and its clock
/// is right again when it uploads: what its clock said at the scan is believed last. Immutable.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="arrival">When it came, by issuing's clock.</param>
/// <param name="kept">How long scans are kept: none that is sent is older.</param>
internal sealed class OfflineClock(OfflineScanRun run, DateTimeOffset arrival, TimeSpan kept)
{
    /// <summary>What clocks may differ by when a gate uploads.</summary>
    private static readonly TimeSpan AheadMax = TimeSpan.FromSeconds(300);

    private readonly long _arrivalMs = arrival.ToUnixTimeMilliseconds();
    private readonly long _latestMs = (arrival + AheadMax).ToUnixTimeMilliseconds();
    private readonly long _earliestMs = (arrival - kept).ToUnixTimeMilliseconds();

    /// <summary>When a scan of the run was.</summary>
    public OfflineTime Of(OfflineScan scan)
    {
        // What the gate did not write down in the order of its own clock was at the arrival at the latest.
        var ms = run.RunMs > 0 && scan.RunMs > 0
            ? _arrivalMs - Math.Max(0, run.RunMs - scan.RunMs)
            : scan.AtMs + _arrivalMs - run.GateTimeMs;
        return ms >= _earliestMs && ms <= _latestMs
            ? new OfflineTime(ms, IsKnown: true)
            : new OfflineTime(_arrivalMs, IsKnown: false);
    }
}
