using YiMaTong.Codes.Signing;

namespace YiMaTong.Issuing.Storage;

/// <summary>Whether a citizen may use codes.</summary>
internal enum CitizenState { Active = 1, Frozen = 2, Closed = 3 }

/// <summary>Which interfaces an app may call.</summary>
internal enum ChannelKind { Platform = 1, Channel = 2 }

/// <summary>A citizen. Name, number and phone are sealed; the key lies outside the database.</summary>
internal sealed class Citizen
{
    public long Id { get; set; }

    /// <summary>The subject handle: random, never 0, unique; stored as its 64 bits.</summary>
    public ulong Handle { get; set; }

    public required string IdType { get; set; }

    /// <summary>Keyed hash of type and number: the look-up key. Unique.</summary>
    public required byte[] IdNumberHash { get; set; }

    public required byte[] IdNumberSealed { get; set; }

    public required byte[] NameSealed { get; set; }

    public byte[]? PhoneSealed { get; set; }

    public bool RealNameVerified { get; set; }

    public CitizenState State { get; set; } = CitizenState.Active;

    /// <summary>Laid out by <c>SubjectAttributes</c>.</summary>
    public ulong Attributes { get; set; }

    /// <summary>Tags that rules gave; tag n is bit n-1.</summary>
    public ulong RuleTags { get; set; }

    /// <summary>Tags that operators gave by hand.</summary>
    public ulong HandTags { get; set; }

    /// <summary>Codes issued before this second of the Unix epoch are void.</summary>
    public uint ValidFrom { get; set; }

    public long Revision { get; set; }

    public ulong Tags => RuleTags | HandTags;
}

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

/// <summary>An app or channel. Its id is the channel number inside codes.</summary>
internal sealed class Channel
{
    public int Id { get; set; }

    public required string AppId { get; set; }

    public required string Name { get; set; }

    public ChannelKind Kind { get; set; }

    /// <summary>Space-separated scopes it may ask for.</summary>
    public required string Scopes { get; set; }

    /// <summary>Space-separated code types; the first is the default.</summary>
    public required string QrcodeTypes { get; set; }

    public bool PositionRequired { get; set; } = true;

    /// <summary>Space-separated redirect addresses.</summary>
    public required string RedirectUris { get; set; }

    public string? PublicKeyPem { get; set; }

    public bool PkceRequired { get; set; }

    public bool Active { get; set; } = true;
}

/// <summary>A tag of the catalogue.</summary>
internal sealed class TagDefinition
{
    public int Number { get; set; }

    public required string Key { get; set; }

    public required string Text { get; set; }

    public string Icon { get; set; } = "";

    public int BackgroundColor { get; set; }

    public int FontColor { get; set; }

    public string Rule { get; set; } = "";

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}

/// <summary>A scene with its registration.</summary>
internal sealed class Scene
{
    public required string SceneId { get; set; }

    public required string Name { get; set; }

    /// <summary>0 is Annex A's letter a.</summary>
    public int Kind { get; set; }

    /// <summary>Space-separated code types.</summary>
    public required string QrcodeTypes { get; set; }

    public bool SingleUse { get; set; }

    /// <summary>Bit 0 tags, 1 starred name, 2 starred number.</summary>
    public int Fields { get; set; }

    public ulong Tags { get; set; }

    public string AdmissionRule { get; set; } = "";

    public string Route { get; set; } = "";

    public long MaxStalenessMs { get; set; }

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}

/// <summary>A business party.</summary>
internal sealed class Merchant
{
    public required string MerchantId { get; set; }

    public required string Name { get; set; }

    public required string SceneId { get; set; }

    public SignatureProfile SignatureProfile { get; set; }

    public required string PublicKeyPem { get; set; }

    public ResponseCipher ResponseCipher { get; set; }

    public byte ResponseKeyId { get; set; }

    public required byte[] ResponseKeySealed { get; set; }

    public bool ReasonDetail { get; set; }

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}

/// <summary>A gate, reader or terminal.</summary>
internal sealed class Device
{
    public required string MacId { get; set; }

    public required string MerchantId { get; set; }

    public string Place { get; set; } = "";

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}

/// <summary>A key of online codes.</summary>
internal sealed class CodeKeyRow
{
    /// <summary>1 to 255.</summary>
    public int KeyId { get; set; }

    public required byte[] KeySealed { get; set; }

    public DateTimeOffset MintFrom { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public long Revision { get; set; }
}

/// <summary>A citizen's signed-in state; the token itself is kept as a hash only.</summary>
internal sealed class CitizenSessionRow
{
    public required byte[] TokenHash { get; set; }

    public long CitizenId { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>Kinds of entity in the feed. Numbers reach the disk and are frozen.</summary>
internal enum FeedEntity { Subject = 1, Scene = 2, Merchant = 3, Device = 4, Tag = 5, CodeKey = 6 }

/// <summary>One change of the feed: which entity changed at which revision. Its content is read when it is sent.</summary>
internal sealed class OutboxEntry
{
    public long Revision { get; set; }

    public FeedEntity Kind { get; set; }

    /// <summary>Key of the entity: a subject's row id, a scene's id, a key's number.</summary>
    public required string Key { get; set; }

    public DateTimeOffset CommittedAt { get; set; }
}

/// <summary>The one row that says where the feed stands.</summary>
internal sealed class FeedState
{
    public int Id { get; set; } = 1;

    /// <summary>Identity of this database, 16 random bytes.</summary>
    public required byte[] Epoch { get; set; }

    /// <summary>Newest revision. It rises by one per change, in the changing transaction.</summary>
    public long Revision { get; set; }

    /// <summary>Oldest revision from which a reader can still be served.</summary>
    public long TrimmedTo { get; set; }
}
