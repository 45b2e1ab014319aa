using System.Diagnostics.Metrics;

namespace YiMaTong.Decode.Snapshots;

/// <summary>How the writing of snapshots goes: metrics, and a line for the health check. Thread-safe.</summary>
internal sealed class SnapshotHealth
{
    private readonly TimeProvider _time;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _duration;
    private volatile string? _fault;
    private long _writtenAt = long.MinValue;
    private long _revision;

    /// <summary>Makes the instruments.</summary>
    public SnapshotHealth(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(DecodeMetrics.MeterName);
        _failures = meter.CreateCounter<long>(
            "yimatong.decode.snapshot.failures", "{snapshot}", "Snapshots that could not be written.");
        _duration = meter.CreateHistogram<double>(
            "yimatong.decode.snapshot.duration", "s", "Time to write and verify a snapshot.");
        meter.CreateObservableGauge(
            "yimatong.decode.snapshot.failing", () => _fault is null ? 0 : 1, null,
            "1 while snapshots cannot be written.");
        meter.CreateObservableGauge(
            "yimatong.decode.snapshot.revision", () => Volatile.Read(ref _revision), "{revision}",
            "Revision of the newest snapshot file.");
        meter.CreateObservableGauge(
            "yimatong.decode.snapshot.age", AgeSeconds, "s", "Time since a snapshot was written; infinite before.");
    }

    /// <summary>Why snapshots cannot be written; null while they can.</summary>
    public string? Fault => _fault;

    /// <summary>Notes a snapshot that was written and verified.</summary>
    public void Written(ulong revision, TimeSpan duration)
    {
        Volatile.Write(ref _revision, (long)revision);
        Volatile.Write(ref _writtenAt, _time.GetTimestamp());
        _duration.Record(duration.TotalSeconds);
        _fault = null;
    }

    /// <summary>Notes a failure.</summary>
    /// <param name="fault">What failed, in words for operators.</param>
    public void Failed(string fault)
    {
        _failures.Add(1);
        _fault = fault;
    }

    private double AgeSeconds()
    {
        var at = Volatile.Read(ref _writtenAt);
        return at == long.MinValue ? double.PositiveInfinity : _time.GetElapsedTime(at).TotalSeconds;
    }
}
