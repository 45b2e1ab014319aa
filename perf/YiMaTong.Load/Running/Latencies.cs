using HdrHistogram;

namespace YiMaTong.Load.Running;

/// <summary>A histogram of latencies in nanoseconds, three digits right, up to a minute.</summary>
internal sealed class Latencies
{
    private const long Highest = 60_000_000_000;
    private readonly LongHistogram _histogram = new(1, Highest, 3);

    /// <summary>Records a latency.</summary>
    public void Record(long nanoseconds) => _histogram.RecordValue(Math.Clamp(nanoseconds, 1, Highest - 1));

    /// <summary>Forgets everything.</summary>
    public void Reset() => _histogram.Reset();

    /// <summary>Takes another's in.</summary>
    public void Add(Latencies other) => _histogram.Add(other._histogram);

    /// <summary>Milliseconds at a percentile; 0 where nothing was recorded.</summary>
    public double At(double percentile) =>
        _histogram.TotalCount == 0 ? 0 : _histogram.GetValueAtPercentile(percentile) / 1e6;

    /// <summary>The usual percentiles.</summary>
    public LatencySummary Summary() => new(
        _histogram.TotalCount, At(50), At(90), At(99), At(99.9), At(99.99), At(100));

    /// <summary>Points of the percentile curve: percentile, milliseconds.</summary>
    public IReadOnlyList<double[]> Curve() =>
    [
        .. new[] { 0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 100 }
            .Select(percentile => new[] { percentile, At(percentile) }),
    ];
}

/// <summary>Latencies in milliseconds, from the intended start.</summary>
internal sealed record LatencySummary(
    long Count, double P50, double P90, double P99, double P999, double P9999, double Max);
