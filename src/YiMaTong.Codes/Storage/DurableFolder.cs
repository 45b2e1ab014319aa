using System.ComponentModel;
using System.Runtime.InteropServices;

namespace YiMaTong.Codes.Storage;

/// <summary>Brings a folder's entries to its disk, as <see cref="DurableFolder.Sync(string)"/>.</summary>
/// <param name="folder">Path of the folder.</param>
public delegate void SyncFolder(string folder);

/// <summary>
/// Makes a new file or a renaming last. A file that was synced is still lost with its name, which is in the folder: a
/// folder is synced like a file, which .NET has no call for. Thread-safe.
/// </summary>
public static partial class DurableFolder
{
    private const int ReadOnly = 0;

    // The same numbers on every system that is not Windows.
    private const int Interrupted = 4, NotForThis = 22;

    /// <summary>
    /// Syncs a folder's entries to disk: as long as the disk takes, some milliseconds as a rule. Does nothing on
    /// Windows, where names are journalled, and on a file system that syncs no folders.
    /// </summary>
    /// <param name="folder">Path of the folder, which the process may read.</param>
    /// <exception cref="IOException">It cannot be synced: its newest names may not outlive a loss of power.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        var error = descriptor < 0 ? Marshal.GetLastPInvokeError() : Sync(descriptor);
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        if (error is not 0 and not NotForThis)
        {
            throw new IOException($"The folder {folder} cannot be synced: {new Win32Exception(error).Message}");
        }
    }

    /// <summary>Syncs the folder that a file is in.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="IOException">As <see cref="Sync(string)"/>.</exception>
    public static void SyncAround(string path) => Sync(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path);

    // A signal that came between is no refusal.
    private static int Sync(int descriptor)
    {
        int error;
        do
        {
            error = FSync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);

        return error;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
