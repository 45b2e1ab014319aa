using System.Runtime.InteropServices;

namespace YiMaTong.Hosting;

/// <summary>
/// Where a process may not let files grow beyond a size (ulimit -f), the system ends it by SIGXFSZ at the write that
/// would. Caught, the write fails instead, as on a full disk, and whoever writes deals with it.
/// </summary>
public static class FileSizeSignal
{
    // SIGXFSZ on Linux (x64, arm64) and macOS; .NET has no name for it.
    private const PosixSignal Number = (PosixSignal)25;

    /// <summary>Catches the signal until disposed; null on Windows, which has none.</summary>
    public static IDisposable? Catch() => OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create(Number, context => context.Cancel = true);
}
