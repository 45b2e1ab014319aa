namespace YiMaTong.Decode.Sessions;

/// <summary>A gate's session. Immutable.</summary>
/// <param name="MerchantId">The merchant that opened it.</param>
/// <param name="MacId">The device that it is for.</param>
/// <param name="OpenedAt">Monotonic timestamp of its opening.</param>
internal sealed record Session(string MerchantId, string MacId, long OpenedAt);
