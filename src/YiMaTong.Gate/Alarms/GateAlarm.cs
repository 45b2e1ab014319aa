namespace YiMaTong.Gate.Alarms;

/// <summary>What an operator of a gate has to look at. The gate goes on deciding through all of them.</summary>
public enum GateAlarm
{
    /// <summary>Issuing sent a document that does not verify. What is held stays.</summary>
    DocumentRefused,

    /// <summary>A file of the trust store is damaged. The one before it is taken, or none.</summary>
    TrustFileDamaged,

    /// <summary>What issuing sent could not be written: it counts now, and would be gone after a restart.</summary>
    TrustNotStored,

    /// <summary>The gate's clock differs from issuing's by more than the tolerated skew.</summary>
    ClockWrong,

    /// <summary>The journal's disk refuses. Scans wait in memory.</summary>
    JournalRefused,

    /// <summary>The disk takes too long: scans are answered before they are known to be on it.</summary>
    JournalSlow,

    /// <summary>
    /// The journal has its size, and what issuing has was deleted within a day to make room: codes that were used then
    /// could be used again after a restart.
    /// </summary>
    JournalFull,

    /// <summary>Scans were answered and are not in the journal.</summary>
    ScansLost,

    /// <summary>A segment of the journal has bytes that are no record.</summary>
    JournalDamaged,

    /// <summary>Issuing refuses the scans that the gate brings home.</summary>
    UploadRefused,

    /// <summary>More codes were used than are remembered: the oldest could be used again.</summary>
    UsesForgotten,

    /// <summary>The gate has stopped and its disk hangs: scans that were answered may be lost.</summary>
    StoppedUnwritten,
}
