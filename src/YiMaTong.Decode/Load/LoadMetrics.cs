using System.Diagnostics.Metrics;

namespace YiMaTong.Decode.Load;

/// <summary>Metrics of load management, in the node's meter. Thread-safe.</summary>
internal sealed class LoadMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _refused;

    /// <summary>Makes the instruments.</summary>
    public LoadMetrics(IMeterFactory meters, LoadState state)
    {
        _meter = meters.Create(DecodeMetrics.MeterName);
        _refused = _meter.CreateCounter<long>("yimatong.decode.refused", "{call}", "Calls refused, by reason.");
        _meter.CreateObservableGauge(
            "yimatong.decode.degraded", () => state.Degraded ? 1 : 0, null, "1 while optional parts are left out.");
    }

    /// <summary>Counts a refusal.</summary>
    /// <param name="reason">One of a dozen fixed words.</param>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Has the queue's delay and the pressure read at each collection.</summary>
    public void Watch(Func<double> delaySeconds, Func<double> pressure)
    {
        _meter.CreateObservableGauge(
            "yimatong.decode.queue.delay", delaySeconds, "s", "How long work waits for a processor.");
        _meter.CreateObservableGauge(
            "yimatong.decode.pressure", pressure, "1", "How much is refused: 0 nothing, 3 almost everything.");
    }
}
