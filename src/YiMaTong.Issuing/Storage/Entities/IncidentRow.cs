namespace YiMaTong.Issuing.Storage;

/// <summary>An incident (clause 7.2.2) as the database keeps it, with how far its SMS have come.</summary>
internal sealed class IncidentRow
{
    public required string IncidentId { get; set; }

    public IncidentKind Kind { get; set; }

    public string Region { get; set; } = "";

    /// <summary>Kinds of scene, bit 0 is Annex A's a.</summary>
    public int SceneKinds { get; set; }

    public DateTimeOffset OpenedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public string TextZh { get; set; } = "";

    public string TextEn { get; set; } = "";

    public bool Sms { get; set; }

    /// <summary>Rises with every change; the higher one is the newer where copies differ.</summary>
    public long Version { get; set; }

    /// <summary>Row id of the last citizen who was looked at as a recipient.</summary>
    public long SmsCursor { get; set; }

    /// <summary>Whether every citizen was looked at.</summary>
    public bool SmsListed { get; set; }
}
