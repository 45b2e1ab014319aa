using System.Text.Encodings.Web;
using System.Text.Json;
using YiMaTong.Gate;
using YiMaTong.Gate.Alarms;

namespace YiMaTong.GateProgram;

/// <summary>The lines that the program prints: one JSON object each.</summary>
internal static class GateLines
{
    // Chinese as it is: the lines go to a terminal or a program, not into a page.
    private static readonly JsonSerializerOptions _format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>An answer.</summary>
    public static string Of(GateAnswer answer, TimeSpan took) => JsonSerializer.Serialize(
        new
        {
            scanId = answer.ScanId,
            decision = answer.Permits ? "permit" : "deny",
            code = answer.Code,
            mode = answer.IsOffline ? "offline" : "online",
            reasonZh = answer.ReasonZh,
            reasonEn = answer.ReasonEn,
            tags = answer.Tags.Select(tag => new { no = tag.No, text = tag.Text }),
            recorded = answer.IsRecorded,
            trustAgeSeconds = Seconds(answer.TrustAge),
            tookUs = (long)took.TotalMicroseconds,
        },
        _format);

    /// <summary>How the gate is.</summary>
    public static string Of(GateStatus status) => JsonSerializer.Serialize(
        new
        {
            issuingSilent = status.IsIssuingSilent,
            line = status.IsCutOff ? "cutOff" : status.IsDown ? "down" : "up",
            sinceAnswerSeconds = Seconds(status.SinceAnswer),
            declared = status.IsDeclared,
            hearsIssuing = status.HearsIssuing,
            trustAgeSeconds = Seconds(status.TrustAge),
            keySetRevision = status.KeySetRevision,
            catalogueRevision = status.CatalogueRevision,
            clockOffsetSeconds = Seconds(status.ClockOffset),
            usedCodes = status.UsedCodes,
            scansWaiting = status.ScansWaiting,
            scansLost = status.ScansLost,
            alarms = status.Alarms.Select(alarm => new { alarm = alarm.Alarm.ToString(), text = alarm.Text }),
        },
        _format);

    /// <summary>An alarm, raised or over.</summary>
    public static string Of(StandingAlarm alarm, bool raised) => JsonSerializer.Serialize(
        new { alarm = alarm.Alarm.ToString(), state = raised ? "raised" : "over", text = alarm.Text }, _format);

    private static long? Seconds(TimeSpan? span) => span is { } known ? (long)known.TotalSeconds : null;
}
