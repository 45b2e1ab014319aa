namespace YiMaTong.Issuing.Feed;

/// <summary>What the feed logs. Event numbers are frozen.</summary>
internal static partial class FeedLog
{
    [LoggerMessage(2101, LogLevel.Information, "Trimmed {Count} old revisions from the outbox.")]
    public static partial void Trimmed(ILogger logger, long count);

    [LoggerMessage(2102, LogLevel.Warning, "The outbox could not be trimmed: the database {Reason}.")]
    public static partial void TrimFailed(ILogger logger, string reason);

    [LoggerMessage(2103, LogLevel.Error, "Decode nodes get no changes: {Reason}")]
    public static partial void MarkFailed(ILogger logger, string reason);
}
