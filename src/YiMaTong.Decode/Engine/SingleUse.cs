using Microsoft.Extensions.Options;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// Who used a code. The first accepted scan owns it; a repetition is the same scan id, or for scans without one the
/// same device within its grace. A scan is told that it owns a code only after the journal has it, so that no restart
/// makes the code free again. Thread-safe.
/// </summary>
internal sealed class SingleUse
{
    private readonly TimeProvider _time;
    private readonly IUsedJournal _journal;
    private readonly TimeSpan _grace;
    private readonly ExpiringClaims<AcceptedScan> _claims;

    /// <summary>Reads what was used before this start.</summary>
    public SingleUse(IOptions<DecodeOptions> options, TimeProvider time, UsedJournals journals)
    {
        var settings = options.Value;
        (_time, _journal, HonouredSeconds) = (time, journals.Codes, settings.SingleUseLifeSeconds);
        _grace = TimeSpan.FromSeconds(settings.SameDeviceGraceSeconds);
        _claims = new(
            time, TimeSpan.FromSeconds(settings.SingleUseLifeSeconds), settings.SingleUseCapacity,
            static scan => scan.IssuedAt);
        _claims.Forget(_journal.Restore(Take));
    }

    /// <summary>
    /// Longest life of a code, skew on both ends included, that a claim outlives: codes are honoured no longer.
    /// </summary>
    public int HonouredSeconds { get; }

    /// <summary>Claims a code for a scan.</summary>
    /// <param name="use">The scan.</param>
    /// <param name="decisionId">The decision's number; replaced by the first scan's where this is its
    /// repetition.</param>
    /// <returns>Claimed where the scan owns the code, Held where another does, Full or Forgotten where nothing can be
    /// told.</returns>
    public ClaimStatus Claim(in CodeUse use, ref UInt128 decisionId)
    {
        var own = new AcceptedScan(use.ScanKey, decisionId, _time.GetTimestamp(), use.IssuedAt, Noted: false);
        var status = _claims.Claim(use.Nonce, own, out var held);
        if (status == ClaimStatus.Held && IsRepetition(held, use.ScanKey, use.HasScanId))
        {
            decisionId = held.DecisionId;
            status = ClaimStatus.Claimed;
        }

        // A repetition may overtake the first scan on its way to the journal: then it notes the use itself.
        if (status == ClaimStatus.Claimed && !held.Noted)
        {
            _journal.Note(new(use.Nonce, held.ScanKey, held.DecisionId, held.IssuedAt, use.NowMs));
            _ = _claims.TryReplace(use.Nonce, held with { Noted = true });
        }

        return status;
    }

    /// <summary>Whether this node knows a code as used, by whomever.</summary>
    public bool Knows(UInt128 code) => _claims.TryGet(code, out _);

    /// <summary>Whether a code is owned by this very scan.</summary>
    public bool Owns(UInt128 code, UInt128 scanKey, bool hasScanId) =>
        _claims.TryGet(code, out var held) && IsRepetition(held, scanKey, hasScanId);

    private bool IsRepetition(in AcceptedScan held, UInt128 scanKey, bool hasScanId) =>
        held.ScanKey == scanKey && (hasScanId || _time.GetElapsedTime(held.At) <= _grace);

    // How long ago it was accepted is not told by a clock that may have been set meanwhile: the grace is over.
    private bool Take(UsedRecord used)
    {
        var longAgo = _time.GetTimestamp() - (long)((_grace.TotalSeconds + 1) * _time.TimestampFrequency);
        var scan = new AcceptedScan(used.By, used.DecisionId, longAgo, used.MadeAt, Noted: true);
        return _claims.Claim(used.Key, scan, out _) != ClaimStatus.Full;
    }
}
