namespace YiMaTong.Decode.Load;

/// <summary>What load management logs.</summary>
internal static partial class LoadLog
{
    [LoggerMessage(51, LogLevel.Warning, "The degraded mode is now {Degraded}", EventName = "DegradedChanged")]
    public static partial void Degraded(ILogger logger, bool degraded);

    [LoggerMessage(
        52, LogLevel.Error, "The settings of the degraded mode cannot be used, the last good ones stand: {Fault}",
        EventName = "DegradedSettingsBad")]
    public static partial void BadSettings(ILogger logger, string fault);
}
