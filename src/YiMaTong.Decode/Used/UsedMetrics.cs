using System.Diagnostics.Metrics;

namespace YiMaTong.Decode.Used;

/// <summary>Metrics of the journal of uses, on the node's meter. They read what is counted anyway.</summary>
internal sealed class UsedMetrics
{
    /// <summary>Makes the instruments.</summary>
    public UsedMetrics(IMeterFactory meters, UsedJournals journals)
    {
        var meter = meters.Create(DecodeMetrics.MeterName);
        meter.CreateObservableGauge(
            "yimatong.decode.used.trouble", () => journals.Trouble ? 1 : 0, null,
            "1 while uses cannot be written and hold only as long as the process runs.");
        meter.CreateObservableCounter(
            "yimatong.decode.used.lost", () => journals.Lost, "{use}",
            "Uses that neither the disk took nor the memory for such times.");
        meter.CreateObservableCounter(
            "yimatong.decode.used.damaged", () => journals.Damaged, "{use}", "Uses found damaged at the start.");
    }
}
