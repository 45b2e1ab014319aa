using System.Diagnostics.Metrics;

namespace YiMaTong.Issuing.Incidents;

/// <summary>What issuing measures of incidents and SMS. Thread-safe.</summary>
internal sealed class IncidentMetrics
{
    private readonly Counter<long> _sms;

    public IncidentMetrics(IMeterFactory meters, IncidentBoard board)
    {
        var meter = meters.Create("YiMaTong.Issuing");
        meter.CreateObservableGauge(
            "yimatong.incidents.open", () => board.All.Count(incident => incident.IsOpen), "{incident}",
            "Incidents that citizens are told of.");
        _sms = meter.CreateCounter<long>("yimatong.sms.messages", "{message}", "SMS, by what became of them.");
    }

    public void Count(string outcome, int messages)
    {
        if (messages > 0)
        {
            _sms.Add(messages, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
