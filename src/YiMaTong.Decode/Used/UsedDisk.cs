using Microsoft.Win32.SafeHandles;
using YiMaTong.Codes.Storage;

namespace YiMaTong.Decode.Used;

/// <summary>Where the journals of uses are, and how they are written.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Turns">Who writes on a scan's thread; one for all journals, as they are on one disk.</param>
/// <param name="Write">Writes to a file.</param>
/// <param name="Sync">Brings the folder's names to the disk; null for the ordinary way.</param>
/// <param name="SyncFile">Brings what was written to a file to the disk; null for the ordinary way.</param>
internal sealed record UsedDisk(
    string Folder, WriteTurns Turns, WriteAt Write, SyncFolder? Sync = null, Action<SafeFileHandle>? SyncFile = null)
{
    /// <summary>Brings the folder's names to the disk: what is synced in a file is lost with the file's name.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void SyncNames() => (Sync ?? DurableFolder.Sync)(Folder);
}
