namespace YiMaTong.Issuing.Storage;

/// <summary>A gate, reader or terminal.</summary>
internal sealed class Device
{
    public required string MacId { get; set; }

    public required string MerchantId { get; set; }

    public string Place { get; set; } = "";

    public bool Active { get; set; } = true;

    public long Revision { get; set; }
}
