using YiMaTong.Codes.Signing;

namespace YiMaTong.Issuing.Storage;

/// <summary>A business party.</summary>
internal sealed class Merchant
{
    public required string MerchantId { get; set; }

    public required string Name { get; set; }

    public required string SceneId { get; set; }

    public SignatureProfile SignatureProfile { get; set; }

    public required string PublicKeyPem { get; set; }

    /// <summary>A key that counts beside the other while the merchant changes keys; null for none.</summary>
    public string? NextPublicKeyPem { get; set; }

    public ResponseCipher ResponseCipher { get; set; }

    public byte ResponseKeyId { get; set; }

    public required byte[] ResponseKeySealed { get; set; }

    /// <summary>The key that waits to be used, of the number after the one in use; null for none.</summary>
    public byte[]? NextResponseKeySealed { get; set; }

    public bool ReasonDetail { get; set; }

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}
