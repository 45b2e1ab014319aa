namespace YiMaTong.Issuing.Platform;

/// <summary>Everything that the platform registry logs. Event ids are stable.</summary>
internal static partial class PlatformLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "{Rpc} failed: {Fault}")]
    public static partial void CallFailed(this ILogger logger, string rpc, string fault);

    [LoggerMessage(
        EventId = 3002, Level = LogLevel.Information, Message = "Code key {KeyId} made; it mints from {MintFrom}")]
    public static partial void CodeKeyMade(this ILogger logger, int keyId, DateTimeOffset mintFrom);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Code key {KeyId} revoked")]
    public static partial void CodeKeyRevoked(this ILogger logger, int keyId);

    [LoggerMessage(
        EventId = 3004, Level = LogLevel.Information,
        Message = "Tag {Number} recomputed: {Changed} of {Citizens} citizens changed")]
    public static partial void TagsRecomputed(this ILogger logger, int number, long changed, long citizens);
}
