namespace YiMaTong.Decode.Decisions;

/// <summary>What the decision record logs, once a change of state. Event numbers are frozen.</summary>
internal static partial class DecisionLog
{
    [LoggerMessage(
        21, LogLevel.Error, "Decisions cannot be written ({Trouble}); they wait in memory, then {Policy}: {Cause}")]
    public static partial void CannotWrite(ILogger logger, JournalTrouble trouble, string policy, string cause);

    [LoggerMessage(22, LogLevel.Information, "Decisions are written again, after {Ms} ms")]
    public static partial void WritesAgain(ILogger logger, long ms);

    [LoggerMessage(23, LogLevel.Error, "Answers are given without a record: the journal's memory is full")]
    public static partial void Losing(ILogger logger);

    [LoggerMessage(24, LogLevel.Warning, "{Count} answers were given without a record, within {Ms} ms")]
    public static partial void Lost(ILogger logger, long count, long ms);

    [LoggerMessage(25, LogLevel.Error, "{Count} records could not be written before the stop")]
    public static partial void LostAtStop(ILogger logger, long count);

    [LoggerMessage(26, LogLevel.Warning, "Shipping decisions is interrupted; {MiB} MiB wait on the disk: {Cause}")]
    public static partial void ShippingInterrupted(ILogger logger, long mib, string cause);

    [LoggerMessage(27, LogLevel.Information, "Decisions are shipped again, after {Ms} ms")]
    public static partial void ShippingAgain(ILogger logger, long ms);

    [LoggerMessage(28, LogLevel.Error, "{Bytes} bytes of {Segment} are damaged; {Missing} records are missing")]
    public static partial void Damaged(ILogger logger, long bytes, string segment, long missing);

    [LoggerMessage(29, LogLevel.Error, "The decision record's {Part} failed; it goes on")]
    public static partial void Failed(ILogger logger, Exception exception, string part);

    [LoggerMessage(
        31, LogLevel.Error, "The disk holds the commit of decisions; they wait in memory, and {Policy} meanwhile")]
    public static partial void Hangs(ILogger logger, string policy);

    [LoggerMessage(32, LogLevel.Information, "The disk let the commit of decisions go, after {Ms} ms")]
    public static partial void WentOn(ILogger logger, long ms);

    [LoggerMessage(
        33, LogLevel.Error,
        "The disk did not take the last decisions within {Ms} ms; the node ends, and {Count} records may be lost")]
    public static partial void HeldAtStop(ILogger logger, int ms, long count);

    [LoggerMessage(30, LogLevel.Warning, "{Bytes} bytes of {Segment} are no records, as a killed process leaves them")]
    public static partial void Skipped(ILogger logger, long bytes, string segment);

    [LoggerMessage(
        34, LogLevel.Error,
        "The disk does not give {Bytes} bytes of {Segment}; the other records are shipped, and the file stays")]
    public static partial void Unreadable(ILogger logger, long bytes, string segment);

    [LoggerMessage(
        35, LogLevel.Error, "{Segment} cannot be opened ({Cause}); it stays, and others are shipped before it")]
    public static partial void PassedOver(ILogger logger, string segment, string cause);
}
