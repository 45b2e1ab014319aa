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

    private readonly TimeProvider _time;
    private readonly Counter<long> _decodes;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public DecodeMetrics(IMeterFactory meters, NodeStatus status, ISubjectDirectory directory, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _decodes = meter.CreateCounter<long>("yimatong.decode.scans", "{scan}", "Scans answered, by return code.");
        _duration = meter.CreateHistogram<double>("yimatong.decode.duration", "s", "Time from request to answer.");
        meter.CreateObservableGauge(
            "yimatong.decode.subjects", () => directory.Count, "{subject}", "Subjects that the node holds.");
        meter.CreateObservableGauge(
            "yimatong.decode.revision", () => (long)status.Current.Revision, "{revision}", "Revision applied.");
        meter.CreateObservableGauge(
            "yimatong.decode.data.age", () => AgeSeconds(status), "s", "Age of the node's data; infinite for unknown.");
    }

    /// <summary>Counts an answered scan.</summary>
    /// <param name="cause">What it was, before entitlement hides it.</param>
    /// <param name="startedAt">Timestamp of the request.</param>
    public void Answered(PyCode cause, long startedAt)
    {
        _decodes.Add(1, new KeyValuePair<string, object?>("code", cause.Code));
        _duration.Record(_time.GetElapsedTime(startedAt).TotalSeconds);
    }

    private static double AgeSeconds(NodeStatus status)
    {
        var age = status.AgeMs(status.Current);
        return age == NodeStatus.AgeUnknown ? double.PositiveInfinity : age / 1_000.0;
    }
}
