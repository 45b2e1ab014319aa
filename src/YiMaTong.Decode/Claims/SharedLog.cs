namespace YiMaTong.Decode.Claims;

/// <summary>What the shared store's client logs, once a change of state. Event numbers are frozen.</summary>
internal static partial class SharedLog
{
    [LoggerMessage(
        81, LogLevel.Error,
        "The store of shared uses does not answer ({Cause}); Decode:Shared:WhenAway decides on codes of single use")]
    public static partial void Away(ILogger logger, string cause);

    [LoggerMessage(82, LogLevel.Information, "The store of shared uses answers again")]
    public static partial void Back(ILogger logger);
}
