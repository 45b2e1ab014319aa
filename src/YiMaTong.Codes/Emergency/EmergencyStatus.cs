namespace YiMaTong.Codes.Emergency;

/// <summary>
/// How verifying an emergency code went; <see cref="EmergencyReturns"/> gives the return code. Numbers are frozen: a
/// gate's journal keeps them.
/// </summary>
public enum EmergencyStatus : byte
{
    /// <summary>No answer yet; a default value never admits.</summary>
    None = 0,

    /// <summary>The code is genuine, in force here and now, and the holder showed it in time.</summary>
    Valid = 1,

    /// <summary>Another scheme's text, or no base45: PY2006.</summary>
    NotOurs = 2,

    /// <summary>Cut, reordered, doubled, of other length or encoding than the one right one: PY2006.</summary>
    Malformed = 3,

    /// <summary>The issuer's algorithm is none or not ES256: PY2012.</summary>
    AlgorithmRefused = 4,

    /// <summary>The holder's algorithm is none or not ES256: PY2013.</summary>
    HolderAlgorithmRefused = 5,

    /// <summary>A key or certificate comes with the code where none is taken: PY2011.</summary>
    KeyInToken = 6,

    /// <summary>The key set does not hold the issuing key: PY2011.</summary>
    UnknownKey = 7,

    /// <summary>The issuing key signs documents, not codes: PY2011.</summary>
    KeyNotForCodes = 8,

    /// <summary>The issuing key is revoked: PY2011.</summary>
    RevokedKey = 9,

    /// <summary>The issuing key is not valid yet or no longer, or the code begins before its key: PY2011.</summary>
    KeyOutOfTime = 10,

    /// <summary>The issuer's signature does not hold: PY2012.</summary>
    IssuerSignatureWrong = 11,

    /// <summary>Not valid yet, beyond the skew: PY2003. Mostly a wrong clock.</summary>
    NotYetValid = 12,

    /// <summary>Expired: PY2008.</summary>
    Expired = 13,

    /// <summary>For another region: PY2017.</summary>
    AnotherRegion = 14,

    /// <summary>Not for this kind of scene: PY2017.</summary>
    SceneNotGranted = 15,

    /// <summary>The status list says revoked: PY2010.</summary>
    Revoked = 16,

    /// <summary>The status list is not here or too short, and the policy asks for it: PY2018.</summary>
    StatusUnknown = 17,

    /// <summary>What the issuer signed as the holder's key is no point of the curve: PY2013.</summary>
    HolderKeyInvalid = 18,

    /// <summary>The holder's signature does not hold: PY2013.</summary>
    HolderSignatureWrong = 19,

    /// <summary>Shown at a time when the holder's key was not valid yet or no longer: PY2013.</summary>
    ShownOutsideValidity = 20,

    /// <summary>Shown longer ago than a showing lives: PY2008.</summary>
    ShowingStale = 21,

    /// <summary>Shown in the future, beyond the skew: PY2003. Mostly a wrong clock.</summary>
    ShowingFromFuture = 22,
}
