using System.Diagnostics.Metrics;

namespace YiMaTong.Decode.Decisions;

/// <summary>Metrics of the decision record, on the node's meter. They read what is counted anyway.</summary>
internal sealed class DecisionMetrics
{
    /// <summary>Makes the instruments.</summary>
    public DecisionMetrics(IMeterFactory meters, IDecisionSink sink)
    {
        if (sink is not DecisionJournal journal)
        {
            return;
        }

        var meter = meters.Create(DecodeMetrics.MeterName);
        meter.CreateObservableCounter(
            "yimatong.decode.decisions.recorded", () => journal.Committed, "{decision}", "Decisions on the disk.");
        meter.CreateObservableCounter(
            "yimatong.decode.decisions.commits", () => journal.Commits, "{commit}", "Syncs of the disk they took.");
        meter.CreateObservableCounter(
            "yimatong.decode.decisions.lost", () => journal.Lost, "{decision}", "Answers given without a record.");
        meter.CreateObservableCounter(
            "yimatong.decode.decisions.late", () => journal.Late, "{answer}",
            "Answers in durable mode whose commit did not come in time.");
        meter.CreateObservableGauge(
            "yimatong.decode.decisions.unshipped", () => journal.Folder.Bytes, "By", "Size of the journal's files.");
        meter.CreateObservableCounter(
            "yimatong.decode.decisions.unreadable", () => journal.Folder.UnreadableBytes, "By",
            "Bytes of the journal's files that the disk did not give to be shipped.");
        meter.CreateObservableGauge(
            "yimatong.decode.decisions.trouble", () => (int)journal.Trouble, null,
            "0: records are written; 1: the disk refuses; 2: the disk budget is spent; 3: the disk hangs.");
    }
}
