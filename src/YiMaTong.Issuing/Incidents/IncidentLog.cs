namespace YiMaTong.Issuing.Incidents;

/// <summary>What incidents, notices and SMS log: ids and counts, never a person. Event ids are stable.</summary>
internal static partial class IncidentLog
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "Incident {Id} opened: {Reason}")]
    public static partial void Opened(this ILogger logger, string id, string reason);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Warning, Message = "Incident {Id} closed")]
    public static partial void Closed(this ILogger logger, string id);

    [LoggerMessage(
        EventId = 4003, Level = LogLevel.Error, Message = "incidents.json cannot be written ({Fault})")]
    public static partial void FileNotWritten(this ILogger logger, string fault);

    [LoggerMessage(
        EventId = 4004, Level = LogLevel.Error, Message = "incidents.json cannot be read ({Fault}) and is left out")]
    public static partial void FileNotRead(this ILogger logger, string fault);

    [LoggerMessage(
        EventId = 4005, Level = LogLevel.Error,
        Message = "Incidents or SMS wait for the database, which {Reason}")]
    public static partial void DatabaseRefused(this ILogger logger, string reason);

    [LoggerMessage(
        EventId = 4006, Level = LogLevel.Warning, Message = "Decode node {Place} of the list is not well: {Reason}")]
    public static partial void NodeUnwell(this ILogger logger, int place, string reason);

    [LoggerMessage(EventId = 4007, Level = LogLevel.Information, Message = "Decode node {Place} of the list is well")]
    public static partial void NodeWell(this ILogger logger, int place);

    [LoggerMessage(EventId = 4008, Level = LogLevel.Error, Message = "A round of {What} failed: {Fault}")]
    public static partial void RoundFailed(this ILogger logger, string what, string fault);

    [LoggerMessage(
        EventId = 4101, Level = LogLevel.Information,
        Message = "SMS: {Accepted} accepted, {Failed} given up, {Again} to be tried again")]
    public static partial void SmsRound(this ILogger logger, int accepted, int failed, int again);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Warning, Message = "The SMS gateway gave no answer: {Reason}")]
    public static partial void SmsNoAnswer(this ILogger logger, string reason);
}
