using System.Diagnostics.Metrics;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Feed;
using YiMaTong.Directory;

namespace YiMaTong.Decode;

/// <summary>The node's metrics: meter "YiMaTong.Decode". Thread-safe.</summary>
internal sealed class DecodeMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "YiMaTong.Decode";

    // Counting is on the way of every scan: processors count apart, and are summed when somebody asks.
    private const int StripeMask = 15;
    private const int NumbersMax = 10_000;

    // Seconds. The exporter's own bounds begin at 5, which tells nothing of microseconds.
    private static readonly double[] Bounds =
        [0.000_002, 0.000_005, 0.000_01, 0.000_02, 0.000_05, 0.000_1, 0.000_3, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

    private readonly TimeProvider _time;
    private readonly long[][] _counts = [.. Enumerable.Range(0, StripeMask + 1).Select(_ => new long[NumbersMax])];
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public DecodeMetrics(IMeterFactory meters, NodeStatus status, ISubjectDirectory directory, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter(
            "yimatong.decode.scans", Counted, "{scan}", "Scans answered, by return code.");
        _duration = meter.CreateHistogram<double>(
            "yimatong.decode.duration", "s", "Time from request to answer, of a scan, a batch or a frame.", null,
            new() { HistogramBucketBoundaries = Bounds });
        meter.CreateObservableGauge(
            "yimatong.decode.subjects", () => directory.Count, "{subject}", "Subjects that the node holds.");
        meter.CreateObservableGauge(
            "yimatong.decode.revision", () => (long)status.Current.Revision, "{revision}", "Revision applied.");
        meter.CreateObservableGauge(
            "yimatong.decode.data.age", () => AgeSeconds(status), "s", "Age of the node's data; infinite for unknown.");
    }

    /// <summary>Counts an answered scan.</summary>
    /// <param name="cause">What it was, before entitlement hides it.</param>
    public void Answered(PyCode cause) =>
        Interlocked.Increment(ref _counts[Thread.GetCurrentProcessorId() & StripeMask][cause.Number]);

    /// <summary>Measures an answered message: a scan, a batch or a frame.</summary>
    /// <param name="startedAt">Timestamp of the request.</param>
    public void Took(long startedAt) => _duration.Record(_time.GetElapsedTime(startedAt).TotalSeconds);

    private IEnumerable<Measurement<long>> Counted() =>
        from code in PyCodes.All
        let count = _counts.Sum(stripe => Volatile.Read(ref stripe[code.Number]))
        where count > 0
        select new Measurement<long>(count, new KeyValuePair<string, object?>("code", code.Code));

    private static double AgeSeconds(NodeStatus status)
    {
        var age = status.AgeMs(status.Current);
        return age == NodeStatus.AgeUnknown ? double.PositiveInfinity : age / 1_000.0;
    }
}
