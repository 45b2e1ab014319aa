namespace YiMaTong.Codes.Online;

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
