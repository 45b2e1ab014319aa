namespace YiMaTong.Decode.Engine;

/// <summary>What the first accepted scan of a code leaves for those who come later.</summary>
/// <param name="ScanKey">Device and scan id of the scan; of the device alone while <c>Given</c> is 0.</param>
/// <param name="DecisionId">Number of its decision.</param>
/// <param name="At">Monotonic timestamp of its acceptance.</param>
/// <param name="IssuedAt">When the code was minted, in seconds of the Unix epoch.</param>
/// <param name="Noted">Whether the journal has it.</param>
/// <param name="Given">
/// Answers that let the scan or its repetitions in, given or on their way. 0 once each of them was refused after all:
/// nobody was told anything, and the device's next scan counts as the first.
/// </param>
internal readonly record struct AcceptedScan(
    UInt128 ScanKey, UInt128 DecisionId, long At, uint IssuedAt, bool Noted, int Given = 1);
