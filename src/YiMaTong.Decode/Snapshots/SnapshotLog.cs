namespace YiMaTong.Decode.Snapshots;

/// <summary>What the node logs of its snapshot files. Event names are stable.</summary>
internal static partial class SnapshotLog
{
    [LoggerMessage(
        41, LogLevel.Information,
        "The node restored revision {Revision} from its own snapshot: {Subjects} subjects, {AgeMs} ms old")]
    public static partial void Restored(ILogger logger, ulong revision, ulong subjects, long ageMs);

    [LoggerMessage(42, LogLevel.Warning, "The snapshot {Path} is damaged and is not used")]
    public static partial void Damaged(ILogger logger, string path);

    [LoggerMessage(
        43, LogLevel.Error,
        "No snapshot can be written; the earlier ones stay, next try in {DelayMs} ms: {Cause}")]
    public static partial void Failed(ILogger logger, long delayMs, string cause);

    [LoggerMessage(44, LogLevel.Information, "Snapshots can be written again, at revision {Revision}")]
    public static partial void Recovered(ILogger logger, ulong revision);

    [LoggerMessage(
        45, LogLevel.Debug, "The snapshot of revision {Revision} is written: {Subjects} subjects in {Ms} ms")]
    public static partial void Written(ILogger logger, ulong revision, ulong subjects, long ms);

    [LoggerMessage(46, LogLevel.Error, "The node's snapshots cannot be read: {Cause}")]
    public static partial void Unreadable(ILogger logger, string cause);
}
