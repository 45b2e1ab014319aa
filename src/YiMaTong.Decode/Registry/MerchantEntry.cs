using YiMaTong.Codes.Signing;

namespace YiMaTong.Decode.Registry;

/// <summary>A merchant with its keys made ready. Immutable.</summary>
internal sealed record MerchantEntry
{
    /// <summary>The merchant's id.</summary>
    public required string MerchantId { get; init; }

    /// <summary>Revision of the last change.</summary>
    public required ulong Revision { get; init; }

    /// <summary>Id of the scene that the merchant's devices serve.</summary>
    public required string SceneId { get; init; }

    /// <summary>Whether the merchant is in use and its keys are readable here; otherwise it answers PY2001.</summary>
    public bool Active { get; init; }

    /// <summary>Whether unknown, expired, used and revoked codes are told apart.</summary>
    public bool ReasonDetail { get; init; }

    /// <summary>Check the merchant's signatures; null only where the merchant is not active.</summary>
    public MerchantKeys? Keys { get; init; }

    /// <summary>Seals answers of B.4; null only where the merchant is not active.</summary>
    public ResponseSealer? Sealer { get; init; }
}

/// <summary>A device. Immutable.</summary>
/// <param name="MacId">The device's number.</param>
/// <param name="Revision">Revision of the last change.</param>
/// <param name="MerchantId">Its merchant.</param>
/// <param name="Active">Whether the device is in use.</param>
internal sealed record DeviceEntry(string MacId, ulong Revision, string MerchantId, bool Active)
{
    /// <summary>Whether the device may scan for a merchant.</summary>
    public bool Serves(string merchantId) =>
        Active && string.Equals(MerchantId, merchantId, StringComparison.Ordinal);
}
