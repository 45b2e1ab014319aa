using YiMaTong.Codes.Online;

namespace YiMaTong.Decode.Engine;

/// <summary>What is learnt of a scan on the way.</summary>
internal struct Judgement
{
    public bool HasScanId;
    public long NowMs;
    public long LatestMs;
    public UInt128 ScanKey;
    public UInt128 DecisionId;
    public OpenedCode Code;

    /// <summary>Whether the use is only to be found out.</summary>
    public bool Probes;
    public bool IsNew;

    /// <summary>Whether the code is the scan's.</summary>
    public bool Used;

    /// <summary>Of a scan, nothing yet.</summary>
    public static Judgement Of(in ScanInput scan, in Moment now) =>
        new() { HasScanId = !scan.ScanId.IsEmpty, NowMs = now.UtcMs, LatestMs = now.LatestMs };

    /// <summary>
    /// Times of codes and consent are whole seconds, so whole seconds decide their edges exactly.
    /// </summary>
    public readonly long Now => NowMs / 1_000;

    /// <summary>As above, of what the clock would show had nobody set it back.</summary>
    public readonly long Latest => LatestMs / 1_000;

    /// <summary>The use of the code by a device.</summary>
    public readonly CodeUse Use(string macId) => new(Code.Nonce, Code.IssuedAt, ScanKey, HasScanId, macId, LatestMs);
}
