namespace YiMaTong.Decode.Snapshots;

/// <summary>Settings of the node's own snapshot files: section "Decode:Snapshot".</summary>
public sealed class SnapshotOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode:Snapshot";

    /// <summary>Whether snapshots are written and read. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Folder of the files; empty for "snapshots" below Directory:Folder. One process owns it.</summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// File with the key that seals snapshots: 32 bytes in Base64, mode 600; made where it lacks. Empty for
    /// "snapshot.key" in Directory:Folder. Keep it on another volume where the disk may be stolen.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Seconds between the end of one snapshot and the start of the next, 1 to 86,400. Default 60.</summary>
    public int IntervalSeconds { get; set; } = 60;

    /// <summary>
    /// Percent of one processor that writing a snapshot may take while the node serves, 1 to 100. Default 20: a million
    /// subjects take about six seconds.
    /// </summary>
    public int CorePercent { get; set; } = 20;

    /// <summary>
    /// Milliseconds that a restored node waits for the changes since its snapshot before it answers, 0 to 60,000.
    /// Default 1,000. It does not wait where issuing cannot be reached.
    /// </summary>
    public int CatchUpMs { get; set; } = 1_000;
}
