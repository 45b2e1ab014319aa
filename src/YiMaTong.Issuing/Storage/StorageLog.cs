namespace YiMaTong.Issuing.Storage;

/// <summary>What storage logs. Event names are stable.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(
        2001, LogLevel.Warning,
        "The database holds less than its feed once showed, or has no mark: at revision {Revision} a new epoch begins, "
        + "and decode nodes start anew")]
    public static partial void NewEpoch(ILogger logger, long revision);
}
