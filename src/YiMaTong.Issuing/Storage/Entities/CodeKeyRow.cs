namespace YiMaTong.Issuing.Storage;

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
