namespace YiMaTong.Decode.Engine;

/// <summary>A scan that would use a code up.</summary>
/// <param name="Nonce">Nonce of the code.</param>
/// <param name="IssuedAt">When the code was minted, in seconds of the Unix epoch.</param>
/// <param name="ScanKey">Device and scan id.</param>
/// <param name="HasScanId">Whether the gate gave an id.</param>
/// <param name="MacId">The device.</param>
/// <param name="NowMs">The node's clock as if nobody had set it back, in milliseconds of the Unix epoch.</param>
internal readonly record struct CodeUse(
    UInt128 Nonce, uint IssuedAt, UInt128 ScanKey, bool HasScanId, string MacId, long NowMs);
