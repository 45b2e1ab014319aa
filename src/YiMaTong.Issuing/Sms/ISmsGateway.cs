namespace YiMaTong.Issuing.Sms;

/// <summary>One SMS on its way out. The number lives here only as long as the sending takes.</summary>
/// <param name="Key">
/// Names the message: the same for every attempt, so that a gateway that has it already does not send it again.
/// </param>
/// <param name="Phone">The number, digits only.</param>
/// <param name="Text">What the citizen reads.</param>
internal sealed record SmsMessage(string Key, string Phone, string Text)
{
    /// <summary>The key alone: neither number nor text reaches a log by accident.</summary>
    public override string ToString() => Key;
}

/// <summary>What the gateway made of a message.</summary>
internal enum SmsOutcome
{
    /// <summary>It has the message, now or from an earlier attempt.</summary>
    Accepted,

    /// <summary>It will never take this message.</summary>
    Refused,

    /// <summary>It takes nothing for a while.</summary>
    Busy,

    /// <summary>Nobody knows whether it has the message: try again under the same key.</summary>
    NoAnswer,
}

/// <summary>What the gateway answered.</summary>
/// <param name="Outcome">What became of the message.</param>
/// <param name="RetryAfter">With Busy: how long nothing is taken, where the gateway says so.</param>
internal readonly record struct SmsVerdict(SmsOutcome Outcome, TimeSpan? RetryAfter = null);

/// <summary>
/// The way out to phones. Implementations are thread-safe, never throw for what a gateway does, and never log a number
/// or a text.
/// </summary>
internal interface ISmsGateway
{
    /// <summary>Hands one message over.</summary>
    Task<SmsVerdict> SendAsync(SmsMessage message, CancellationToken cancellationToken);
}

/// <summary>No gateway: nothing is ever listed for it, and what an earlier one left waits.</summary>
internal sealed class AbsentSmsGateway : ISmsGateway
{
    public Task<SmsVerdict> SendAsync(SmsMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(new SmsVerdict(SmsOutcome.NoAnswer));
}
