namespace YiMaTong.Decode.Decisions;

/// <summary>When an answer is given in relation to its record.</summary>
public enum DecisionMode
{
    /// <summary>
    /// At once. A process that is killed loses what it answered in the last CommitMs and while the disk took the
    /// records before.
    /// </summary>
    Fast,

    /// <summary>After its record is on the disk, or after CommitWaitMs.</summary>
    Durable,

    /// <summary>Nothing is recorded.</summary>
    Off,
}

/// <summary>What happens to scans whose record cannot be taken.</summary>
public enum DecisionPolicy
{
    /// <summary>They are answered. What was lost is counted, alarmed, and recorded as a loss later.</summary>
    Answer,

    /// <summary>They are refused with PY1998.</summary>
    Refuse,
}

/// <summary>Settings of the decision record: section "Decode:Decisions".</summary>
public sealed class DecisionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode:Decisions";

    /// <summary>When an answer is given: fast, durable or off. Default fast.</summary>
    public DecisionMode Mode { get; set; } = DecisionMode.Fast;

    /// <summary>What happens when a record cannot be taken: answer or refuse. Default answer.</summary>
    public DecisionPolicy WhenFull { get; set; } = DecisionPolicy.Answer;

    /// <summary>
    /// Folder of the journal. Default: "decisions" in Directory:Folder. One process owns it.
    /// </summary>
    public string Folder { get; set; } = "";

    /// <summary>Name of the node at issuing, 1 to 64 characters. Default: the machine's name.</summary>
    public string NodeId { get; set; } = "";

    /// <summary>Milliseconds that records are gathered for one commit in fast mode, 1 to 1,000. Default 5.</summary>
    public int CommitMs { get; set; } = 5;

    /// <summary>
    /// Longest wait of an answer for its commit in durable mode, in milliseconds, 1 to 10,000. Default 100; then
    /// WhenFull decides, and at once for all others until the disk ends that commit.
    /// </summary>
    public int CommitWaitMs { get; set; } = 100;

    /// <summary>
    /// Records that wait in memory for the disk, a power of two from 1,024 to 16,777,216. Default 65,536, 6 MiB.
    /// </summary>
    public int RingCapacity { get; set; } = 65_536;

    /// <summary>
    /// Most that unshipped records take on the disk, in MiB, 2 to 16,777,216. Default 12,288: a day at 1,000 scans/s.
    /// </summary>
    public int DiskMiB { get; set; } = 12_288;

    /// <summary>Size at which a new file is begun, in MiB, 1 to 1,024, at most half of DiskMiB. Default 8.</summary>
    public int SegmentMiB { get; set; } = 8;

    /// <summary>Milliseconds between tries to write after a failure, 10 to 60,000. Default 250.</summary>
    public int RetryMs { get; set; } = 250;

    /// <summary>
    /// Longest wait for the disk at a stop, in milliseconds, 100 to 60,000. Default 5,000; then what was not written is
    /// lost.
    /// </summary>
    public int StopMs { get; set; } = 5_000;

    /// <summary>Milliseconds between looks for records to ship, 10 to 60,000. Default 500.</summary>
    public int ShipMs { get; set; } = 500;
}
