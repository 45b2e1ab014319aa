namespace YiMaTong.Issuing.Storage;

/// <summary>
/// One SMS to one phone about one incident. It holds no phone number: that stays in the citizen's sealed field.
/// </summary>
internal sealed class SmsRow
{
    public long Id { get; set; }

    public required string IncidentId { get; set; }

    public long CitizenId { get; set; }

    /// <summary>Keyed hash of the number: unique per incident, so that a shared phone rings once.</summary>
    public required byte[] PhoneHash { get; set; }

    public SmsState State { get; set; } = SmsState.Waiting;

    /// <summary>Times that the gateway was asked in vain.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is to be sent next.</summary>
    public DateTimeOffset DueAt { get; set; }
}
