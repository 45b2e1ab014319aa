using System.Diagnostics.Metrics;

namespace YiMaTong.Decode.Claims;

/// <summary>Metrics of the shared store, on the node's meter. They read what is counted anyway.</summary>
internal sealed class SharedMetrics
{
    /// <summary>Makes the instruments.</summary>
    public SharedMetrics(IMeterFactory meters, SharedUses uses)
    {
        if (!uses.Enabled)
        {
            return;
        }

        var meter = meters.Create(DecodeMetrics.MeterName);
        meter.CreateObservableGauge(
            "yimatong.decode.shared.trouble", () => uses.Away ? 1 : 0, null,
            "1 while the store of shared uses does not answer.");
        meter.CreateObservableCounter(
            "yimatong.decode.shared.asked", () => uses.Asked, "{claim}", "Claims asked for.");
        meter.CreateObservableCounter(
            "yimatong.decode.shared.lost", () => uses.Lost, "{claim}", "Claims that another had.");
        meter.CreateObservableCounter(
            "yimatong.decode.shared.unanswered", () => uses.Unanswered, "{claim}",
            "Claims that the store did not answer in time.");
    }
}
