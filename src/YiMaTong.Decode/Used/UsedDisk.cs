namespace YiMaTong.Decode.Used;

/// <summary>Where the journals of uses are, and how they are written.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Turns">Who writes on a scan's thread; one for all journals, as they are on one disk.</param>
/// <param name="Write">Writes to a file.</param>
internal sealed record UsedDisk(string Folder, WriteTurns Turns, WriteAt Write);
