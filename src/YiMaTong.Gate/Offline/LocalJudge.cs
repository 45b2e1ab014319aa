using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Gate.Online;
using YiMaTong.Gate.Trust;
using YiMaTong.Gate.Uses;

namespace YiMaTong.Gate.Offline;

/// <summary>A decision of the gate's own, with its record.</summary>
internal sealed record Verdict(GateAnswer Answer, OfflineScan Scan);

/// <summary>
/// Decides without a node. An emergency code counts where a declaration is in force at this place, or the gate has been
/// cut off from the nodes or from issuing. Thread-safe.
/// </summary>
internal sealed class LocalJudge(OfflineOptions options, TrustStore trust, UsedCodes uses, TimeProvider time)
{
    /// <summary>What an emergency code's text begins with.</summary>
    public const string EmergencyPrefix = "YE";

    private const string OnlinePrefix = "YM";
    private const int UnopenedMax = 64;

    private readonly RegionCode _region = options.RegionCode;
    private readonly int _sceneKind = options.SceneKindNumber;

    /// <summary>Whether a declaration is in force at this place.</summary>
    public bool IsDeclared => trust.Current.InForce(_region, _sceneKind, Now(), options.SkewSeconds) is not null;

    /// <summary>Whether this gate lets pass, in an outage, whose code is refused.</summary>
    public bool PassesRefused => options.Policy.PassRefused;

    /// <summary>A new number for a scan.</summary>
    public static string NewScanId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Judges an emergency code.</summary>
    /// <param name="text">What the scanner read.</param>
    /// <param name="isCutOff">Whether nodes or issuing have been silent for the set time.</param>
    /// <param name="isDown">Whether no node can be reached now.</param>
    public Verdict Emergency(string text, bool isCutOff, bool isDown)
    {
        var state = trust.Current;
        var now = Now();
        var declaration = state.InForce(_region, _sceneKind, now, options.SkewSeconds);
        var scan = NewScan(NewScanId());
        if (declaration is not null)
        {
            scan.DeclarationId = ByteString.CopyFrom(declaration.Id.ToByteArray(bigEndian: true));
        }

        var code = declaration is null && !isCutOff ? PyCodes.EmergencyNotInForce : PyCodes.Success;
        var passes = options.Policy.PassRefused && (declaration is not null || isCutOff || isDown);
        IReadOnlyList<Contracts.Common.V1.Tag> tags = [];

        // An entry spares itself two signatures where the code does not count anyway; an exit wants them on record.
        if (code == PyCodes.Success || options.Policy.PassRefused)
        {
            var status = state.Verifier.Verify(text, now, _sceneKind, out var verified);
            code = code == PyCodes.Success ? EmergencyReturns.Of(status) : code;
            if (options.Policy.PassRefused && !passes && code != PyCodes.Success)
            {
                // On an ordinary day an exit lets out whoever has a code that issuing signed, also one that is over:
                // it may be what he came in with. A text that anybody can write is no such thing.
                (passes, code) = IsIssued(status) ? (true, code) : (false, EmergencyReturns.Of(status));
            }

            if (status == EmergencyStatus.Valid)
            {
                Describe(scan, verified, state);
                tags = state.TagsOf(verified.Grant.Tags);
                code = code == PyCodes.Success ? Use(verified) : code;
            }
        }

        return Close(scan, code, passes || code == PyCodes.Success, code == PyCodes.Success ? tags : []);
    }

    /// <summary>Judges a code that no node opened, or that one refused though this gate lets pass.</summary>
    /// <param name="text">What the scanner read.</param>
    /// <param name="code">Why it is not permitted: what a node said, or PY1998.</param>
    /// <param name="scanId">The scan's number; null for a new one.</param>
    /// <param name="isOutage">Whether anything is out of order.</param>
    public Verdict Unopened(string text, PyCode code, string? scanId, bool isOutage)
    {
        var scan = NewScan(scanId ?? NewScanId());
        var policy = options.Policy;
        var isOnlineCode = text.StartsWith(OnlinePrefix, StringComparison.Ordinal);
        var passes = (isOnlineCode ? policy.PassUnopened : policy.PassRefused)
            && (isOutage || !OnlineGate.IsScansFault(code.Code));
        if (passes && isOnlineCode && text.Length <= UnopenedMax)
        {
            scan.UnopenedCode = text;
        }

        return Close(scan, code, passes, []);
    }

    private PyCode Use(in VerifiedEmergencyCode code)
    {
        var policy = options.Policy;
        var hours = policy.TrustAgeHoursMax;
        if (hours > 0 && !(trust.Age?.TotalHours <= hours))
        {
            return PyCodes.DataUnavailable;
        }

        var (once, id) = code.Form == EmergencyForm.HolderBound
            ? (policy.HolderBoundOnce, code.ShowingId)
            : (policy.StaticOnce, code.TokenId);
        return !once || uses.TryUse(id) ? PyCodes.Success : PyCodes.AlreadyUsed;
    }

    // The steps of a verification in their order: all that come after the issuer's signature.
    private static bool IsIssued(EmergencyStatus status) =>
        status is EmergencyStatus.Valid or >= EmergencyStatus.NotYetValid;

    private OfflineScan NewScan(string scanId) => new()
    {
        ScanId = scanId,
        AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Form = OfflineForm.Unverified,
        Direction = options.Direction,
    };

    private static void Describe(OfflineScan scan, in VerifiedEmergencyCode code, TrustState state)
    {
        scan.Form = code.Form == EmergencyForm.HolderBound ? OfflineForm.HolderBound : OfflineForm.Static;
        scan.TokenId = ScanIds.ToBytes(code.TokenId);
        scan.ShowingId = ScanIds.ToBytes(code.ShowingId);
        var key = new byte[EmergencyKeyId.Length];
        BinaryPrimitives.WriteUInt32BigEndian(key, code.KeyId.Value);
        scan.KeyId = ByteString.CopyFrom(key);
        scan.StatusList = code.Grant.StatusList;
        scan.StatusIndex = (uint)code.Grant.StatusIndex;
        scan.ShownAt = code.ShownAt;
        scan.StatusRevision = state.Lists.Find(code.Grant.StatusList)?.Revision ?? 0;
    }

    private Verdict Close(
        OfflineScan scan, PyCode code, bool permits, IReadOnlyList<Contracts.Common.V1.Tag> tags)
    {
        scan.Told = (uint)code.Number;
        scan.Decision = permits ? Decision.Permit : Decision.Deny;
        var answer = GateAnswer.Alone(scan.ScanId, permits, code) with { Tags = tags, TrustAge = trust.Age };
        return new Verdict(answer, scan);
    }

    // Outside of the years 1970 to 2106 no code is valid; either end says so.
    private uint Now() => (uint)Math.Clamp(time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue);
}
