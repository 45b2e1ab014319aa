using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Common.V1;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.Gate;

/// <summary>What a gate does about one code, and why. Immutable.</summary>
/// <param name="ScanId">The scan's number.</param>
/// <param name="Permits">Whether the passenger may pass.</param>
/// <param name="Code">
/// Return code of Appendix C. An exit lets pass whom it could not verify: then it says what was wrong with the code.
/// </param>
/// <param name="ReasonZh">The code's meaning in Chinese, for the passenger.</param>
/// <param name="ReasonEn">The same in English.</param>
/// <param name="IsOffline">Whether the gate decided alone.</param>
public sealed record GateAnswer(
    string ScanId, bool Permits, string Code, string ReasonZh, string ReasonEn, bool IsOffline)
{
    /// <summary>Tags of the passenger, ascending by number; one that the catalogue lacks has no text.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>The node's whole answer; null where the gate decided alone.</summary>
    public DecodeResponse? Online { get; init; }

    /// <summary>
    /// Whether the scan is known to be in the gate's journal on its disk; null where a node decided,
    /// which records it itself.
    /// </summary>
    public bool? IsRecorded { get; init; }

    /// <summary>
    /// How old what the gate verifies with may be, as in <see cref="GateStatus.TrustAge"/>; null online too.
    /// </summary>
    public TimeSpan? TrustAge { get; init; }

    internal static GateAnswer Alone(string scanId, bool permits, PyCode code) =>
        new(scanId, permits, code.Code, code.Message, code.Meaning, IsOffline: true);

    internal static GateAnswer Of(string scanId, DecodeResponse response)
    {
        var known = PyCodes.All.FirstOrDefault(code => code.Code == response.Code);
        return new GateAnswer(
            scanId,
            response.Decision == Decision.Permit,
            response.Code,
            response.Msg.Length > 0 ? response.Msg : known?.Message ?? "",
            known?.Meaning ?? "",
            IsOffline: false)
        {
            Tags = response.Tags.Count > 0
                ? response.Tags
                : [.. response.TagNumbers.Select(no => new Tag { No = (int)no })],
            Online = response,
        };
    }
}
