using System.Runtime.InteropServices;

namespace YiMaTong.Directory;

/// <summary>
/// Makes a thread give way to the others of its processor, which .NET has no call for on Linux: a priority set there
/// does nothing.
/// </summary>
public static partial class ThreadWeight
{
    // A tenth of a usual thread's weight: where the processor is short it still gets on, and is never in the way.
    private const int Nice = 10;
    private const int ThisThread = 0;

    /// <summary>
    /// Lowers the weight of the calling thread for the rest of its life: for threads of one's own only, never for one
    /// of the pool. Where the system has no such thing it does nothing, and nothing but speed rests on it.
    /// </summary>
    public static void Lower()
    {
        if (OperatingSystem.IsLinux() && GetPriority(ThisThread, ThisThread) < Nice)
        {
            // By process and 0 Linux means the calling thread alone. A refusal leaves the thread as it was.
            _ = SetPriority(ThisThread, ThisThread, Nice);
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int value);
}
