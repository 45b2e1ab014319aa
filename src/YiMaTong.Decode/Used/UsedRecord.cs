namespace YiMaTong.Decode.Used;

/// <summary>One use as the journal keeps it: of a code, or of a signed request. It names nobody.</summary>
/// <param name="Key">What was used: a code's nonce, or a digest of a request.</param>
/// <param name="By">Whose use it was: device and scan id under the node's key, or a digest of the signature.</param>
/// <param name="DecisionId">Number of the decision that the use got; 0 where none.</param>
/// <param name="MadeAt">When the used thing was made, as it says itself, in seconds of the Unix epoch.</param>
/// <param name="AtMs">When it was used by the node's clock, in milliseconds of the Unix epoch.</param>
internal readonly record struct UsedRecord(UInt128 Key, UInt128 By, UInt128 DecisionId, uint MadeAt, long AtMs);
