namespace YiMaTong.Decode.Used;

/// <summary>Settings of the journal of used codes and seen requests: section "Decode:Used".</summary>
public sealed class UsedOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode:Used";

    /// <summary>
    /// Whether uses are kept on the disk. Default true. Without, a restart forgets them: a code of single use may be
    /// let in a second time, a signed request be answered again.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Folder of the files. Default: "used" in Directory:Folder. One process owns it.</summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// Milliseconds between syncs of what was written, 1 to 1,000. Default 5. A killed process loses nothing; a machine
    /// without power loses at most what came since, and what the disk was syncing.
    /// </summary>
    public int SyncMs { get; set; } = 5;

    /// <summary>
    /// Milliseconds that a write may take, 1 to 10,000. Default 20. While the disk holds one for longer, uses wait in
    /// memory, where a killed process loses them, and gates are answered.
    /// </summary>
    public int HeldMs { get; set; } = 20;

    /// <summary>
    /// Longest wait for the disk at a stop, in milliseconds, 100 to 60,000. Default 5,000; then what still waits in
    /// memory is lost.
    /// </summary>
    public int StopMs { get; set; } = 5_000;

    /// <summary>
    /// Milliseconds between tries to begin a file, 10 to 60,000. Default 250. The first try follows the failure at
    /// once.
    /// </summary>
    public int RetryMs { get; set; } = 250;
}
