using YiMaTong.Gate.Alarms;

namespace YiMaTong.Gate;

/// <summary>How a gate is at one moment.</summary>
/// <param name="IsDown">Whether no node can be reached.</param>
/// <param name="IsCutOff">Whether that has lasted for the set time: emergency codes count undeclared.</param>
/// <param name="IsIssuingSilent">Whether issuing is silent for the set time: emergency codes count undeclared.</param>
/// <param name="SinceAnswer">Time since a node gave a usable answer, or since the start.</param>
/// <param name="IsDeclared">Whether a declaration is in force here.</param>
/// <param name="HearsIssuing">Whether the line to issuing works.</param>
/// <param name="TrustAge">
/// How old what is held may be, by issuing's last word and its signatures; null where nothing tells.
/// </param>
/// <param name="KeySetRevision">Revision of the key set; 0 for none.</param>
/// <param name="CatalogueRevision">The registry's number of the tag catalogue; 0 for none.</param>
/// <param name="ClockOffset">By how much issuing's clock was ahead of the gate's at its last word.</param>
/// <param name="UsedCodes">Codes that are remembered as used.</param>
/// <param name="ScansWaiting">Scans on the disk that issuing does not have yet.</param>
/// <param name="ScansLost">Scans that were answered and never reached the disk.</param>
/// <param name="Alarms">What stands.</param>
public sealed record GateStatus(
    bool IsDown,
    bool IsCutOff,
    bool IsIssuingSilent,
    TimeSpan SinceAnswer,
    bool IsDeclared,
    bool HearsIssuing,
    TimeSpan? TrustAge,
    uint KeySetRevision,
    ulong CatalogueRevision,
    TimeSpan ClockOffset,
    int UsedCodes,
    long ScansWaiting,
    long ScansLost,
    IReadOnlyList<StandingAlarm> Alarms);
