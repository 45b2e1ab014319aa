namespace YiMaTong.Decode.Overflow;

/// <summary>What the node logs of its overflow file, once a change of state. Event numbers are frozen.</summary>
internal static partial class OverflowLog
{
    [LoggerMessage(
        71, LogLevel.Error,
        "The disk under the directory's overflow file refuses pages: {Bytes} bytes wait in memory; when that is full, "
        + "the node loses what it holds and answers PY2018")]
    public static partial void Waiting(ILogger logger, long bytes);

    [LoggerMessage(
        72, LogLevel.Information, "No page of the directory's overflow file waits in memory any more, after {Ms} ms")]
    public static partial void WaitsNoMore(ILogger logger, long ms);
}
