namespace YiMaTong.Issuing.Storage;

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
