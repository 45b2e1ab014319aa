namespace YiMaTong.Codes.Storage;

/// <summary>What a disk does to a program, as the platform tells it. Thread-safe.</summary>
public static class DiskFault
{
    /// <summary>
    /// Whether the disk refused. A file that may not grow (EFBIG, as by ulimit -f) is told as an argument out of range.
    /// </summary>
    public static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;
}
