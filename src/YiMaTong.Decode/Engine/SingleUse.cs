using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// Who used a code. The first accepted scan owns it; a repetition is the same scan id, or for scans without one the
/// same device within its grace. A scan is told that it owns a code only after the journal has it, so that no restart
/// makes the code free again. Where each answer that let the owner in was refused after all, the code waits for the
/// next scan of the same device, whichever id it has and however late it comes. Thread-safe.
/// </summary>
internal sealed class SingleUse
{
    private readonly TimeProvider _time;
    private readonly IUsedJournal _journal;
    private readonly ScanIdentity _identity;
    private readonly TimeSpan _grace;
    private readonly ExpiringClaims<AcceptedScan> _claims;
    private readonly ClaimChange<AcceptedScan, CodeUse> _repeat;
    private readonly ClaimChange<AcceptedScan, CodeUse> _giveBack;

    /// <summary>Reads what was used before this start.</summary>
    public SingleUse(
        IOptions<DecodeOptions> options, TimeProvider time, UsedJournals journals, ScanIdentity identity)
    {
        var settings = options.Value;
        (_identity, _repeat, _giveBack) = (identity, Repeat, GiveBack);
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

    /// <summary>Uses a code up for a scan that all else permits.</summary>
    /// <param name="shared">What the nodes of the place say of the use.</param>
    /// <param name="macId">The device.</param>
    /// <param name="judged">The scan; gets the decision's number, and whether the code is its own.</param>
    /// <returns>PY0000 where the code is the scan's; PY1998, PY2009 or PY2018.</returns>
    public PyCode Use(SharedClaim shared, string macId, ref Judgement judged)
    {
        var use = judged.Use(macId);
        if (judged.Probes)
        {
            judged.IsNew = !Knows(use.Nonce);
            return PyCodes.Busy;
        }

        if (shared.Verdict == SharedVerdict.Lost)
        {
            return PyCodes.AlreadyUsed;
        }

        // Unasked though new: what the scan was judged by has changed since it was found to use no code up.
        if (shared.Verdict == SharedVerdict.Away
            || (shared.Verdict == SharedVerdict.Unasked && !Knows(use.Nonce)))
        {
            return PyCodes.Busy;
        }

        judged.DecisionId = shared.Verdict == SharedVerdict.Won ? shared.DecisionId : judged.DecisionId;
        var status = Claim(use, ref judged.DecisionId);
        judged.Used = status == ClaimStatus.Claimed;
        return status switch
        {
            ClaimStatus.Claimed => PyCodes.Success,
            ClaimStatus.Held => PyCodes.AlreadyUsed,
            ClaimStatus.Full => PyCodes.Busy,
            // A clock that was set back, or a damaged journal: it may have been used.
            _ => PyCodes.DataUnavailable,
        };
    }

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
        if (status == ClaimStatus.Held && _claims.TryChange(use.Nonce, use, _repeat, out held))
        {
            decisionId = held.DecisionId;
            status = ClaimStatus.Claimed;
        }

        // A repetition may overtake the first scan on its way to the journal: then it notes the use itself.
        if (status == ClaimStatus.Claimed && !held.Noted)
        {
            _journal.Note(new(use.Nonce, held.ScanKey, held.DecisionId, held.IssuedAt, use.NowMs));
            _ = _claims.TryChange(use.Nonce, use, MarkNoted, out _);
        }

        return status;
    }

    /// <summary>
    /// Hears that a scan that was let in is told no: once for each <see cref="Claim"/> that ended so. The device may
    /// then come again as if for the first time; for anybody else the code stays used.
    /// </summary>
    /// <returns>Whether nobody was told a yes, and none is on its way.</returns>
    public bool GiveBack(in CodeUse use) => _claims.TryChange(use.Nonce, use, _giveBack, out _);

    /// <summary>Whether this node let a code in, for whomever.</summary>
    public bool Knows(UInt128 code) => _claims.TryGet(code, out var held) && held.Given > 0;

    /// <summary>Whether a code is owned by this very scan.</summary>
    public bool Owns(UInt128 code, UInt128 scanKey, bool hasScanId) =>
        _claims.TryGet(code, out var held) && IsRepetition(held, scanKey, hasScanId);

    private static bool MarkNoted(ref AcceptedScan held, in CodeUse use)
    {
        held = held with { Noted = true };
        return true;
    }

    private bool IsRepetition(in AcceptedScan held, UInt128 scanKey, bool hasScanId) =>
        held.ScanKey == scanKey && (hasScanId || _time.GetElapsedTime(held.At) <= _grace);

    private bool Repeat(ref AcceptedScan held, in CodeUse use)
    {
        if (held.Given == 0)
        {
            if (held.ScanKey != DeviceOf(use))
            {
                return false;
            }

            held = held with { ScanKey = use.ScanKey, At = _time.GetTimestamp(), Given = 1 };
            return true;
        }

        var repeats = IsRepetition(held, use.ScanKey, use.HasScanId);
        held = repeats ? held with { Given = held.Given + 1 } : held;
        return repeats;
    }

    private bool GiveBack(ref AcceptedScan held, in CodeUse use)
    {
        if (held.Given == 0 || held.ScanKey != use.ScanKey)
        {
            return false;
        }

        var left = held.Given - 1;
        held = held with { Given = left, ScanKey = left == 0 ? DeviceOf(use) : held.ScanKey };
        return left == 0;
    }

    private UInt128 DeviceOf(in CodeUse use) => use.HasScanId ? _identity.ScanKey(use.MacId, default) : use.ScanKey;

    // How long ago it was accepted is not told by a clock that may have been set meanwhile: the grace is over.
    private bool Take(UsedRecord used)
    {
        var longAgo = _time.GetTimestamp() - (long)((_grace.TotalSeconds + 1) * _time.TimestampFrequency);
        var scan = new AcceptedScan(used.By, used.DecisionId, longAgo, used.MadeAt, Noted: true);
        return _claims.Claim(used.Key, scan, out _) != ClaimStatus.Full;
    }
}
