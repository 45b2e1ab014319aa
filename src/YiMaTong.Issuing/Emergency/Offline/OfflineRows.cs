namespace YiMaTong.Issuing.Emergency;

/// <summary>A gate's journal of scans that it decided alone.</summary>
internal sealed class OfflineJournalRow
{
    /// <summary>Number of the journal here.</summary>
    public int Id { get; set; }

    /// <summary>Identity that the gate drew, 16 bytes.</summary>
    public required byte[] Journal { get; set; }

    /// <summary>The merchant that sent it first; no other one may.</summary>
    public required string MerchantId { get; set; }

    /// <summary>The device that sent it first.</summary>
    public required string MacId { get; set; }

    /// <summary>Another device that sent scans of it, the last one; null where there was none.</summary>
    public string? OtherMacId { get; set; }

    /// <summary>When its first scans came.</summary>
    public DateTimeOffset FirstSeenAt { get; set; }

    /// <summary>Sequence up to which every scan is here.</summary>
    public long StoredThrough { get; set; }

    /// <summary>Highest sequence that is here.</summary>
    public long Highest { get; set; }
}

/// <summary>One answer that a gate gave alone. Never changed, but for who sent it.</summary>
internal sealed class OfflineScanRow
{
    /// <summary>The journal.</summary>
    public int JournalId { get; set; }

    /// <summary>Number within the journal, from 1.</summary>
    public long Sequence { get; set; }

    /// <summary>
    /// First 64 bits of the SHA-256 of what was sent: the same scan sent again is one, another one under its number is
    /// kept beside it.
    /// </summary>
    public long Digest { get; set; }

    /// <summary>Who sent it.</summary>
    public OfflineSenders Senders { get; set; }

    /// <summary>The merchant.</summary>
    public required string MerchantId { get; set; }

    /// <summary>Day in UTC+8 that it is filed under: yyyyMMdd as a number.</summary>
    public int Day { get; set; }

    /// <summary>Day in UTC+8 on which it came first: yyyyMMdd as a number. It is kept from then on.</summary>
    public int ArrivedDay { get; set; }

    /// <summary>Milliseconds of the Unix epoch by the gate's clock, right or wrong.</summary>
    public long AtMs { get; set; }

    /// <summary>
    /// Milliseconds that the gate's clock was behind at the scan: added to <see cref="AtMs"/> the time that it is filed
    /// under.
    /// </summary>
    public long SkewMs { get; set; }

    /// <summary>Number that the gate gave the scan.</summary>
    public required string ScanId { get; set; }

    /// <summary>What was shown: the number of emergency.v1.OfflineForm.</summary>
    public int Form { get; set; }

    /// <summary>Which way the gate leads: the number of emergency.v1.Direction.</summary>
    public int Direction { get; set; }

    /// <summary>What the gate did: the number of decode.v1.Decision.</summary>
    public int Decision { get; set; }

    /// <summary>Digits of the return code that it answered.</summary>
    public int Told { get; set; }

    /// <summary>The showing, 16 bytes; of an online code a digest of its text; null where nothing was known.</summary>
    public byte[]? ShowingId { get; set; }

    /// <summary>The issuer's key as a number; 0 where nothing was verified.</summary>
    public uint KeyId { get; set; }

    /// <summary>Revision of the status list that the gate held.</summary>
    public long StatusRevision { get; set; }

    /// <summary>The declaration that it went by, 16 bytes; null where it went by its own cut-off.</summary>
    public byte[]? DeclarationId { get; set; }

    /// <summary>The citizen's handle, where issuing could find it.</summary>
    public ulong? Handle { get; set; }

    /// <summary>Whether the scene of the merchant lets a code in once.</summary>
    public bool SingleUse { get; set; }

    /// <summary>Whether code or key had been revoked before the scan.</summary>
    public bool Revoked { get; set; }

    /// <summary>What became of an online code that was let through unopened.</summary>
    public UnopenedCode Unopened { get; set; }
}

/// <summary>Which devices sent a scan. Numbers are stored and frozen.</summary>
[Flags]
internal enum OfflineSenders : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The one that sent the journal first.</summary>
    First = 1,

    /// <summary>Another one.</summary>
    Other = 2,

    /// <summary>More than one: the journal was copied.</summary>
    Both = First | Other,
}

/// <summary>What an online code turned out to be. Numbers are stored and frozen.</summary>
internal enum UnopenedCode : byte
{
    /// <summary>There was none.</summary>
    None = 0,

    /// <summary>Genuine and in its time.</summary>
    Genuine = 1,

    /// <summary>Forged, under an unknown or revoked key, or none of ours.</summary>
    Refused = 2,

    /// <summary>Genuine, but out of its time.</summary>
    OutOfTime = 3,

    /// <summary>Genuine, from a scan whose time is not known.</summary>
    Undated = 4,
}
