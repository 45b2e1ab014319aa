namespace YiMaTong.Codes.Online;

/// <summary>An online code after it was opened.</summary>
/// <param name="Payload">What was sealed.</param>
/// <param name="KeyId">Number of the key that it was sealed under.</param>
/// <param name="IssuedAt">Second of the Unix epoch at which it was minted.</param>
/// <param name="Nonce">
/// Key id (8 bits), issue time (32 bits) and random nonce (64 bits), from high to low below three zero bytes: unique
/// per code, and a code has only one text, so a key for single use.
/// </param>
public readonly record struct OpenedCode(CodePayload Payload, byte KeyId, uint IssuedAt, UInt128 Nonce);
