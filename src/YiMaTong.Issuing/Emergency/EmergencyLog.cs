using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Emergency.Trust;

namespace YiMaTong.Issuing.Emergency;

/// <summary>What emergency codes log: keys' names, counts, never a person or a code. Event ids are stable.</summary>
internal static partial class EmergencyLog
{
    [LoggerMessage(
        EventId = 4301, Level = LogLevel.Information,
        Message = "Emergency key {KeyId} made for {Uses}; it signs from second {From} on")]
    public static partial void KeyMade(this ILogger logger, EmergencyKeyId keyId, EmergencyKeyUses uses, uint from);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Error, Message = "Emergency key {KeyId} revoked")]
    public static partial void KeyRevoked(this ILogger logger, EmergencyKeyId keyId);

    [LoggerMessage(
        EventId = 4303, Level = LogLevel.Error,
        Message = "Emergency codes: {What} cannot be written ({Fault}); it is tried again")]
    public static partial void NotWritten(this ILogger logger, string what, string fault);

    [LoggerMessage(
        EventId = 4304, Level = LogLevel.Warning,
        Message = "Emergency codes: {What} that was published last does not count and is made anew: {Status}")]
    public static partial void NotTakenUp(this ILogger logger, string what, string status);

    [LoggerMessage(
        EventId = 4305, Level = LogLevel.Warning,
        Message = "Status lists wait for the database, which {Reason}; what was published last is served")]
    public static partial void DatabaseRefused(this ILogger logger, string reason);

    [LoggerMessage(
        EventId = 4306, Level = LogLevel.Warning,
        Message = "The database was restored: {Lists} status lists keep their revocations and take no new codes until "
        + "second {Until}")]
    public static partial void ListsSealed(this ILogger logger, int lists, uint until);

    [LoggerMessage(
        EventId = 4307, Level = LogLevel.Error,
        Message = "Unusual issuance: {Count} emergency codes within a minute, the alarm is set to {Limit}")]
    public static partial void UnusualIssuance(this ILogger logger, long count, int limit);

    [LoggerMessage(EventId = 4308, Level = LogLevel.Error, Message = "Every status list is full")]
    public static partial void ListsFull(this ILogger logger);

    [LoggerMessage(
        EventId = 4309, Level = LogLevel.Warning,
        Message = "Emergency {Id} declared, or altered, as revision {Revision}")]
    public static partial void Declared(this ILogger logger, string id, uint revision);

    [LoggerMessage(EventId = 4310, Level = LogLevel.Warning, Message = "Emergency {Id} ended")]
    public static partial void Ended(this ILogger logger, string id);

    [LoggerMessage(
        EventId = 4311, Level = LogLevel.Error, Message = "A round of the emergency codes' upkeep failed: {Fault}")]
    public static partial void RoundFailed(this ILogger logger, string fault);

    [LoggerMessage(
        EventId = 4313, Level = LogLevel.Information,
        Message = "Emergency codes: {What} is on the disk, which had refused it")]
    public static partial void Written(this ILogger logger, string what);

    [LoggerMessage(
        EventId = 4314, Level = LogLevel.Error,
        Message = "The clock is {Seconds} s from where it must be: no key and no place is given up for a day")]
    public static partial void ClockJumped(this ILogger logger, long seconds);

    [LoggerMessage(
        EventId = 4312, Level = LogLevel.Error,
        Message = "Journal {Journal} holds scans of one sequence with different content: {Count}")]
    public static partial void JournalConflict(this ILogger logger, int journal, int count);

    [LoggerMessage(
        EventId = 4315, Level = LogLevel.Warning,
        Message = "Journal {Journal} comes from another device than before: its folder was copied or moved")]
    public static partial void JournalElsewhere(this ILogger logger, int journal);
}
