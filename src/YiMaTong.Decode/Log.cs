namespace YiMaTong.Decode;

/// <summary>
/// What the node logs. Event names are stable; no code, token, key or personal datum is ever an argument.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The {Kind} {Id} of revision {Revision} cannot be used: {Fault}")]
    public static partial void BadEntity(ILogger logger, string kind, string id, ulong revision, string fault);

    [LoggerMessage(2, LogLevel.Warning, "An entity of revision {Revision} is of a kind that this build does not know")]
    public static partial void UnknownEntity(ILogger logger, ulong revision);

    [LoggerMessage(3, LogLevel.Information, "The node holds everything up to revision {Revision}: {Subjects} subjects")]
    public static partial void SnapshotApplied(ILogger logger, ulong revision, long subjects);

    [LoggerMessage(4, LogLevel.Warning, "The node forgets all that it held, because {Reason}")]
    public static partial void Cleared(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Warning, "The feed is taken anew by snapshot at revision {Revision}: {Reason}")]
    public static partial void Resync(ILogger logger, ulong revision, string reason);

    [LoggerMessage(
        6, LogLevel.Warning, "The feed is interrupted at revision {Revision}; next try in {DelayMs} ms: {Cause}")]
    public static partial void FeedInterrupted(ILogger logger, ulong revision, long delayMs, string cause);

    [LoggerMessage(7, LogLevel.Error, "Applying the feed failed at revision {Revision}; next try in {DelayMs} ms")]
    public static partial void FeedFailed(ILogger logger, Exception exception, ulong revision, long delayMs);

    [LoggerMessage(8, LogLevel.Error, "Answering a scan failed")]
    public static partial void ScanFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        9, LogLevel.Error,
        "The directory lost what it held: the disk under its overflow file is full or damaged. The node answers PY2018 "
        + "meanwhile; next try to fill it in {DelayMs} ms")]
    public static partial void DirectoryLost(ILogger logger, long delayMs);

    [LoggerMessage(
        10, LogLevel.Warning,
        "The clock was set back by {BehindMs} ms. It is doubted: codes and requests that are in time only by what it "
        + "shows now answer PY2018 and PY2003")]
    public static partial void ClockSetBack(ILogger logger, long behindMs);

    [LoggerMessage(11, LogLevel.Information, "The clock that was set back is believed again")]
    public static partial void ClockBelieved(ILogger logger);
}
