using System.ComponentModel;
using System.Runtime.InteropServices;

namespace YiMaTong.Directory.Snapshots;

/// <summary>Makes a renaming last: a folder is synced like a file, which .NET has no call for.</summary>
public static partial class DurableFolder
{
    private const int ReadOnly = 0;

    /// <summary>Syncs a folder's entries to disk. Does nothing on Windows, where renaming is journalled.</summary>
    /// <exception cref="IOException">It cannot be synced.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        var done = descriptor >= 0 && FSync(descriptor) == 0;
        var error = done ? 0 : Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        if (!done)
        {
            throw new IOException($"The folder {folder} cannot be synced: {new Win32Exception(error).Message}");
        }
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
