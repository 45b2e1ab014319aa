namespace YiMaTong.Decode.Load;

/// <summary>What load management logs.</summary>
internal static partial class LoadLog
{
    [LoggerMessage(51, LogLevel.Warning, "The degraded mode is now {Degraded}", EventName = "DegradedChanged")]
    public static partial void Degraded(ILogger logger, bool degraded);
}
