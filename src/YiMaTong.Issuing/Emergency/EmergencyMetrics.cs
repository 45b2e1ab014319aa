using System.Diagnostics.Metrics;

namespace YiMaTong.Issuing.Emergency;

/// <summary>What issuing measures of emergency codes. Thread-safe.</summary>
internal sealed class EmergencyMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _scans;

    public EmergencyMetrics(IMeterFactory meters, StatusBook book, IssuanceAlarm alarm, EmergencyDisk disk)
    {
        var meter = meters.Create("YiMaTong.Issuing");
        _requests = meter.CreateCounter<long>(
            "yimatong.emergency.requests", "{request}", "Requests for emergency codes, by form and return code.");
        _scans = meter.CreateCounter<long>(
            "yimatong.emergency.offline_scans", "{scan}", "Uploaded offline scans that were new.");
        meter.CreateObservableGauge(
            "yimatong.emergency.places", () => book.Count().Given, "{place}", "Places of status lists that are given.");
        meter.CreateObservableGauge(
            "yimatong.emergency.revoked", () => book.Count().Revoked, "{place}", "Places that are revoked.");
        meter.CreateObservableGauge(
            "yimatong.emergency.unstored", () => disk.Behind.Count, "{file}", "Files that the disk does not have yet.");
        meter.CreateObservableGauge(
            "yimatong.emergency.alarm", () => alarm.Raised, description: "1 while issuance is unusual.");
    }

    public void Asked(string form, string code) => _requests.Add(
        1, new KeyValuePair<string, object?>("form", form), new KeyValuePair<string, object?>("code", code));

    public void Stored(int scans)
    {
        if (scans > 0)
        {
            _scans.Add(scans);
        }
    }
}
