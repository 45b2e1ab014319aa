namespace YiMaTong.Decode.Used;

/// <summary>What the journal of uses logs, once a change of state. Event numbers are frozen.</summary>
internal static partial class UsedLog
{
    [LoggerMessage(
        61, LogLevel.Error,
        "Uses of {Journal} cannot be written; until they can, they hold only as long as this process runs: {Cause}")]
    public static partial void CannotWrite(ILogger logger, string journal, string cause);

    [LoggerMessage(62, LogLevel.Information, "Uses of {Journal} are written again, after {Ms} ms")]
    public static partial void WritesAgain(ILogger logger, string journal, long ms);

    [LoggerMessage(63, LogLevel.Information, "The node knows {Uses} uses of {Journal} from before its start")]
    public static partial void Restored(ILogger logger, long uses, string journal);

    [LoggerMessage(
        64, LogLevel.Error,
        "{Damaged} uses in {File} are damaged; what was made up to {Second} and is not known as used is doubtful")]
    public static partial void Damaged(ILogger logger, long damaged, string file, uint second);

    [LoggerMessage(65, LogLevel.Error, "Uses of {Journal} go unwritten: the memory for them is full")]
    public static partial void Losing(ILogger logger, string journal);

    [LoggerMessage(
        66, LogLevel.Error, "The key of scans cannot be read or made; repeated scans are strangers after a restart")]
    public static partial void NoKey(ILogger logger, Exception exception);

    [LoggerMessage(
        68, LogLevel.Error,
        "Uses of {Journal} are gone though the node ran here before; what was made up to {Second} is doubtful")]
    public static partial void Missing(ILogger logger, string journal, uint second);

    [LoggerMessage(
        69, LogLevel.Error,
        "The disk did not take the last uses within {Ms} ms; the node ends, and {Waiting} uses may be forgotten")]
    public static partial void HeldAtStop(ILogger logger, int ms, int waiting);

    [LoggerMessage(67, LogLevel.Error, "Keeping the files of uses failed; it goes on")]
    public static partial void Failed(ILogger logger, Exception exception);
}
