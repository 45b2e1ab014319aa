using Microsoft.Extensions.Options;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// Who used a code. The first accepted scan owns it; a repetition is the same scan id, or for scans without one the
/// same device within its grace. Thread-safe.
/// </summary>
internal sealed class SingleUse(IOptions<DecodeOptions> options, TimeProvider time)
{
    private readonly TimeSpan _grace = TimeSpan.FromSeconds(options.Value.SameDeviceGraceSeconds);
    private readonly ExpiringClaims<AcceptedScan> _claims = new(
        time, TimeSpan.FromSeconds(options.Value.SingleUseLifeSeconds), options.Value.SingleUseCapacity);

    /// <summary>
    /// Longest life of a code, skew on both ends included, that a claim outlives: codes are honoured no longer.
    /// </summary>
    public int HonouredSeconds { get; } = options.Value.SingleUseLifeSeconds;

    /// <summary>Claims a code for a scan.</summary>
    /// <param name="code">Nonce of the code.</param>
    /// <param name="scanKey">Device and scan id.</param>
    /// <param name="hasScanId">Whether the gate gave an id.</param>
    /// <param name="decisionId">The decision's number; replaced by the first scan's where this is its
    /// repetition.</param>
    /// <returns>Claimed where the scan owns the code, Held where another does, Full where nothing can be
    /// told.</returns>
    public ClaimStatus Claim(UInt128 code, UInt128 scanKey, bool hasScanId, ref UInt128 decisionId)
    {
        var status = _claims.Claim(code, new(scanKey, decisionId, time.GetTimestamp()), out var held);
        if (status == ClaimStatus.Held && IsRepetition(held, scanKey, hasScanId))
        {
            decisionId = held.DecisionId;
            return ClaimStatus.Claimed;
        }

        return status;
    }

    /// <summary>Whether a code is owned by this very scan.</summary>
    public bool Owns(UInt128 code, UInt128 scanKey, bool hasScanId) =>
        _claims.TryGet(code, out var held) && IsRepetition(held, scanKey, hasScanId);

    private bool IsRepetition(in AcceptedScan held, UInt128 scanKey, bool hasScanId) =>
        held.ScanKey == scanKey && (hasScanId || time.GetElapsedTime(held.At) <= _grace);
}
