namespace YiMaTong.Codes.Emergency;

/// <summary>What a gate learns from an emergency code, all of it under a signature that holds.</summary>
/// <param name="Form">Static or holder-bound.</param>
/// <param name="Grant">What the issuer signed.</param>
/// <param name="KeyId">The issuer's key.</param>
/// <param name="TokenId">
/// 128 bits that name the issuer's token, the same at every showing: what single use of a whole grant is kept by. It
/// rests on what is signed, not on the signature, of which ECDSA has two spellings.
/// </param>
/// <param name="ShowingId">128 bits that name this showing; in a static code the same as the token's.</param>
/// <param name="ShownAt">Second of the Unix epoch that the phone signed; 0 in a static code.</param>
/// <param name="Position">Where the phone says that it is; null where it does not say.</param>
public readonly record struct VerifiedEmergencyCode(
    EmergencyForm Form,
    EmergencyGrant Grant,
    EmergencyKeyId KeyId,
    UInt128 TokenId,
    UInt128 ShowingId,
    uint ShownAt,
    CoarsePosition? Position);
