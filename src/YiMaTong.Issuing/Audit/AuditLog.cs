namespace YiMaTong.Issuing.Audit;

/// <summary>What the audit and the housekeeping log.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(4201, LogLevel.Warning, "Decisions of node {Node} could not be stored: the database {Reason}.")]
    public static partial void AppendFailed(ILogger logger, string node, string reason);

    [LoggerMessage(4202, LogLevel.Information, "Housekeeping deleted {Count} of what was over: {What}.")]
    public static partial void Swept(ILogger logger, long count, string what);

    [LoggerMessage(4203, LogLevel.Warning, "Housekeeping could not sweep {What}: the database {Reason}.")]
    public static partial void SweepFailed(ILogger logger, string what, string reason);

    [LoggerMessage(4204, LogLevel.Error, "No decision records can be stored; nodes keep theirs. {Reason}")]
    public static partial void Unavailable(ILogger logger, string reason);

    [LoggerMessage(
        4205, LogLevel.Error,
        "{Path} was removed or replaced under the running process; it is opened anew. What it held is where it went.")]
    public static partial void Moved(ILogger logger, string path);
}
