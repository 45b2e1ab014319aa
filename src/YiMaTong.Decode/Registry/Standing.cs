using YiMaTong.Decode.Decisions;

namespace YiMaTong.Decode.Registry;

/// <summary>
/// What the registry said of a session's merchant, key, device and scene at one version: as good as looking them up for
/// as long as the version is the registry's. Immutable.
/// </summary>
/// <param name="Version">The registry's version before the look.</param>
/// <param name="Merchant">The merchant; null where there is none.</param>
/// <param name="KeyHolds">Whether the key that opened the session is still the merchant's.</param>
/// <param name="Serves">Whether the device may scan for the merchant.</param>
/// <param name="Scene">The merchant's scene; null where there is none.</param>
/// <param name="Place">What the decision record says of all three; null where there is no merchant.</param>
internal sealed record Standing(
    long Version, MerchantEntry? Merchant, bool KeyHolds, bool Serves, SceneEntry? Scene, DecisionPlace? Place);
