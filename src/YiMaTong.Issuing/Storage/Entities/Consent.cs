namespace YiMaTong.Issuing.Storage;

/// <summary>One entry of the consent ledger. Entries are ended, never changed otherwise or deleted.</summary>
internal sealed class Consent
{
    public long Id { get; set; }

    public long CitizenId { get; set; }

    /// <summary>The channel, or null for the claim of the code itself.</summary>
    public int? ChannelId { get; set; }

    /// <summary>Space-separated: fields for a claim, OAuth scopes for a channel.</summary>
    public required string Scopes { get; set; }

    /// <summary>Kinds of scene, bit 0 is Annex A's a; 0 for a channel's consent.</summary>
    public int SceneKinds { get; set; }

    public DateTimeOffset GrantedAt { get; set; }

    public DateTimeOffset? Until { get; set; }

    /// <summary>When it was withdrawn or replaced.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
