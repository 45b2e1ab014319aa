using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Registry;

namespace YiMaTong.Decode.Engine;

/// <summary>One scan of an admitted device.</summary>
internal readonly ref struct ScanInput
{
    /// <summary>The code's text.</summary>
    public required ReadOnlySpan<char> Code { get; init; }

    /// <summary>The merchant whose device scans; active.</summary>
    public required MerchantEntry Merchant { get; init; }

    /// <summary>Merchant, device and scene where they were found together; null where they were not.</summary>
    public Standing? Standing { get; init; }

    /// <summary>The device's number, at most 64 characters.</summary>
    public required string MacId { get; init; }

    /// <summary>The gate's number of the scan, UTF-8, at most 64 bytes; empty where it gives none.</summary>
    public ReadOnlySpan<byte> ScanId { get; init; }

    /// <summary>Revision that the answer must rest on at the least, else PY2018; 0 for any.</summary>
    public ulong MinRevision { get; init; }

    /// <summary>What the nodes of the place say of the code's use, where they share uses.</summary>
    public SharedClaim Shared { get; init; }

    /// <summary>
    /// Gets the use of a code where the answer may yet be refused; then
    /// <see cref="DecodeEngine.GiveBack"/> must hear of it. Null where the answer stands as it is.
    /// </summary>
    public List<CodeUse>? Uses { get; init; }

    /// <summary>Fields asked for; PY2015 where the scene is not registered for one of them.</summary>
    public byte Fields { get; init; }

    /// <summary>Whether to give whatever the scene may learn in place of <see cref="Fields"/>.</summary>
    public bool EveryField { get; init; }
}
