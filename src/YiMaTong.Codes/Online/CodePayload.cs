namespace YiMaTong.Codes.Online;

/// <summary>What an online code says, sealed, to a node that holds its key.</summary>
/// <param name="Handle">The citizen's subject handle, never 0.</param>
/// <param name="Type">A number of <see cref="CodeType"/>.</param>
/// <param name="Channel">Number of the channel that showed the code.</param>
/// <param name="Flags">Reserved bits; 0 today.</param>
/// <param name="LifeSeconds">Life of the code in seconds, a multiple of 5 from 5 to 1,275.</param>
public readonly record struct CodePayload(ulong Handle, byte Type, ushort Channel, byte Flags, int LifeSeconds);

/// <summary>An online code after it was opened.</summary>
/// <param name="Payload">What was sealed.</param>
/// <param name="KeyId">Number of the key that it was sealed under.</param>
/// <param name="IssuedAt">Second of the Unix epoch at which it was minted.</param>
/// <param name="Nonce">Key id, issue time and random nonce: unique per code, so a key for single use.</param>
public readonly record struct OpenedCode(CodePayload Payload, byte KeyId, uint IssuedAt, UInt128 Nonce);

/// <summary>How opening a code went.</summary>
public enum CodeOpenStatus : byte
{
    /// <summary>The code is genuine; whether it still holds is for the caller to judge.</summary>
    Opened,

    /// <summary>Another scheme's text, or not in our format: PY2006.</summary>
    NotOurs,

    /// <summary>Our format, but the seal does not hold: PY2006.</summary>
    Forged,

    /// <summary>Sealed under a key that the ring does not hold: PY2011.</summary>
    UnknownKey,

    /// <summary>Sealed under a revoked key: PY2011.</summary>
    RevokedKey,
}
