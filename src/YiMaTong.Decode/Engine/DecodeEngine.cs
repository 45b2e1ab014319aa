using Microsoft.Extensions.Options;
using YiMaTong.Codes.Online;
using YiMaTong.Codes.Returns;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Registry;
using YiMaTong.Directory;
using YiMaTong.Rules;

namespace YiMaTong.Decode.Engine;

/// <summary>
/// Answers scans from this node's memory: no upstream call, no exception, no allocation but a used code's claim.
/// Thread-safe. The order of the checks is the order of Appendix C's certainty: first whether the node can tell, then
/// the code, then its subject, then what the scene may know and whom it admits; a code is used up only when all else
/// permits.
/// </summary>
internal sealed class DecodeEngine(
    ISubjectDirectory directory,
    NodeRegistry registry,
    NodeStatus status,
    SingleUse singleUse,
    ScanIdentity identity,
    IDecisionSink decisions,
    SharedUses shared,
    IOptions<DecodeOptions> options,
    Timeliness timeliness,
    NodeClock clock)
{
    private readonly int _unknownKeyDoubtMs = options.Value.UnknownKeyDoubtMs;

    /// <summary>Answers one scan that has just come.</summary>
    public void Decode(in ScanInput scan, ref DecodeOutcome outcome) => Decode(scan, clock.Now(), ref outcome);

    /// <summary>Answers one scan.</summary>
    public void Decode(in ScanInput scan, in Moment now, ref DecodeOutcome outcome)
    {
        var state = status.Current;
        outcome = default;
        outcome.DataRevision = state.Revision;
        outcome.DataAgeMs = status.AgeMs(state, now.At);
        outcome.Catalogue = registry.Catalogue;
        var judged = Judgement.Of(scan, now);
        var cause = !Serves(state, scan) ? PyCodes.DataUnavailable
            : decisions.Refusing ? PyCodes.Busy
            : Judge(scan, ref judged, ref outcome);

        // The node forgot all it knew meanwhile: what was read may be of either history.
        if (status.Current.Generation != state.Generation)
        {
            cause = PyCodes.DataUnavailable;
        }

        Conclude(scan, judged, cause, ref outcome);
        Record(scan, judged, ref outcome);
        if (judged.Used && (outcome.Cause != PyCodes.Success || decisions.Waits))
        {
            Settle(scan, judged.Use(scan.MacId), outcome.Cause);
        }
    }

    /// <summary>
    /// Hears that an answer which let a scan in is not given after all, once. Nobody was told, so the same device may
    /// come again as if for the first time.
    /// </summary>
    public void GiveBack(in CodeUse use)
    {
        if (singleUse.GiveBack(use))
        {
            shared.GiveBack(use);
        }
    }

    /// <summary>
    /// Judges a scan up to the use of its code, which it leaves alone, and records nothing: where nodes share uses, the
    /// claim is asked for between this and the answer.
    /// </summary>
    /// <param name="scan">The scan.</param>
    /// <param name="use">The use that is to be claimed, where there is one.</param>
    /// <param name="decisionId">The decision's number, if the claim is the caller's.</param>
    /// <returns>Whether all permits the scan but for the use, of which this node knows nothing.</returns>
    public bool TryProbe(in ScanInput scan, out CodeUse use, out UInt128 decisionId)
    {
        (use, decisionId) = (default, 0);
        var state = status.Current;
        if (!Serves(state, scan) || decisions.Refusing)
        {
            return false;
        }

        var now = clock.Now();
        var outcome = new DecodeOutcome { DataAgeMs = status.AgeMs(state, now.At), Catalogue = registry.Catalogue };
        var judged = Judgement.Of(scan, now);
        judged.Probes = true;
        _ = Judge(scan, ref judged, ref outcome);
        (use, decisionId) = (judged.Use(scan.MacId), judged.DecisionId);
        return judged.IsNew;
    }

    // The caller looked before it waited for others, and the node may hold less since: an older snapshot, restored.
    private static bool Serves(NodeState state, in ScanInput scan) =>
        state.Complete && state.Revision >= scan.MinRevision;

    private void Settle(in ScanInput scan, in CodeUse use, PyCode cause)
    {
        if (cause != PyCodes.Success)
        {
            GiveBack(use);
        }
        else
        {
            scan.Uses?.Add(use);
        }
    }

    private PyCode Judge(in ScanInput scan, ref Judgement judged, ref DecodeOutcome outcome)
    {
        if (SceneOf(scan) is not { Active: true } scene)
        {
            return PyCodes.MerchantUnknown;
        }

        if (!scene.Usable)
        {
            return PyCodes.SystemError;
        }

        if (scene.MaxStalenessMs != 0 && outcome.DataAgeMs > scene.MaxStalenessMs)
        {
            return PyCodes.DataUnavailable;
        }

        if (scene.SingleUse)
        {
            judged.ScanKey = identity.ScanKey(scan.MacId, scan.ScanId);
        }

        var cause = Open(scan.Code, outcome.DataAgeMs, ref judged);
        if (cause == PyCodes.Success)
        {
            cause = JudgeCode(scene, judged);
        }

        return cause == PyCodes.Success ? JudgeSubject(scan, scene, ref judged, ref outcome) : cause;
    }

    // What was found with the session serves as long as nothing has changed since.
    private SceneEntry? SceneOf(in ScanInput scan) =>
        scan.Standing is { } standing && standing.Version == registry.Version ? standing.Scene
        : registry.TryGetScene(scan.Merchant.SceneId, out var scene) ? scene
        : null;

    private PyCode Open(ReadOnlySpan<char> text, long ageMs, ref Judgement judged)
    {
        var opened = OnlineCode.Open(registry.Keys, text, out judged.Code);
        return opened switch
        {
            CodeOpenStatus.Opened => PyCodes.Success,
            CodeOpenStatus.UnknownKey when ageMs > _unknownKeyDoubtMs => PyCodes.DataUnavailable,
            CodeOpenStatus.UnknownKey or CodeOpenStatus.RevokedKey => PyCodes.IssuingKeyInvalid,
            _ => PyCodes.NotOurCode,
        };
    }

    private PyCode JudgeCode(SceneEntry scene, in Judgement judged) =>
        scene.Accepts(judged.Code.Payload.Type) ? timeliness.OfCode(scene, judged) : PyCodes.UnsupportedType;

    private PyCode JudgeSubject(in ScanInput scan, SceneEntry scene, ref Judgement judged, ref DecodeOutcome outcome)
    {
        switch (directory.TryRead(judged.Code.Payload.Handle, out outcome.Subject))
        {
            case LookupStatus.NotFound:
                return PyCodes.NoSuchCode;
            case LookupStatus.Unknown:
                return PyCodes.DataUnavailable;
            default:
                break;
        }

        ref readonly var subject = ref outcome.Subject;
        if (subject.State != SubjectState.Active || judged.Code.IssuedAt < subject.ValidFrom)
        {
            return PyCodes.Revoked;
        }

        if ((subject.SceneKinds & scene.KindBit) == 0)
        {
            return PyCodes.SceneNotAuthorised;
        }

        var consent = Timeliness.OfConsent(subject, judged);
        if (consent != PyCodes.Success)
        {
            return consent;
        }

        if (!scan.EveryField && (scan.Fields & ~scene.Fields) != 0)
        {
            return PyCodes.FieldsNotRegistered;
        }

        var heldTags = subject.Tags & outcome.Catalogue.ActiveTags;
        // A scan that was let in once stays let in when it is repeated: rules and tags may have changed meanwhile, but
        // the citizen has passed. What withdraws the right to be told anything is judged above, each time.
        if (scene.Rule is { } rule
            && !rule.Holds(new RuleInput(heldTags, new SubjectAttributes(subject.Attributes), scene.Route))
            && !(scene.SingleUse && singleUse.Owns(judged.Code.Nonce, judged.ScanKey, judged.HasScanId)))
        {
            return PyCodes.SceneRuleDenies;
        }

        return Permit(scan, scene, heldTags, ref judged, ref outcome);
    }

    private PyCode Permit(
        in ScanInput scan, SceneEntry scene, ulong heldTags, ref Judgement judged, ref DecodeOutcome outcome)
    {
        judged.DecisionId = judged.HasScanId
            ? identity.DecisionOf(scan.MacId, scan.ScanId, judged.Code.Nonce)
            : ScanIdentity.NewDecision();
        if (scene.SingleUse)
        {
            var used = singleUse.Use(scan.Shared, scan.MacId, ref judged);
            if (used != PyCodes.Success)
            {
                return used;
            }
        }

        var learnable = (byte)(scene.Fields & outcome.Subject.Fields);
        outcome.Type = judged.Code.Payload.Type;
        outcome.Fields = scan.EveryField ? learnable : (byte)(learnable & scan.Fields);
        outcome.Tags = (learnable & FieldBits.Tags) != 0 ? heldTags & scene.Tags : 0;
        return PyCodes.Success;
    }

    private void Conclude(in ScanInput scan, in Judgement judged, PyCode cause, ref DecodeOutcome outcome)
    {
        outcome.Cause = cause;
        outcome.Code = scan.Merchant.ReasonDetail ? cause : Disclosure.WithoutDetail(cause);
        outcome.Decision = Disclosure.DecisionOf(cause);
        if (cause != PyCodes.Success)
        {
            (outcome.Type, outcome.Tags, outcome.Fields) = (0, 0, 0);
            outcome.RetryAfterMs = cause == PyCodes.Busy ? RetryHint.BusyMs() : 0;
        }

        if (outcome.Decision != Decision.Unspecified)
        {
            outcome.DecisionId = cause == PyCodes.Success ? judged.DecisionId
                : judged.HasScanId ? identity.DecisionOf(scan.MacId, scan.ScanId, judged.Code.Nonce)
                : ScanIdentity.NewDecision();
        }
    }

    /// <summary>Records the answer; one that must not be given without a record becomes PY1998.</summary>
    private void Record(in ScanInput scan, in Judgement judged, ref DecodeOutcome outcome)
    {
        var entry = new DecisionEntry
        {
            DecisionId = outcome.DecisionId,
            AtMs = judged.NowMs,
            Handle = judged.Code.Payload.Handle,
            Tags = outcome.Tags,
            DataRevision = outcome.DataRevision,
            Place = scan.Standing?.Place ?? new(scan.Merchant.MerchantId, scan.MacId, scan.Merchant.SceneId),
            Told = (ushort)outcome.Code.Number,
            Cause = (ushort)outcome.Cause.Number,
            Decision = outcome.Decision,
            CodeType = judged.Code.Payload.Type,
            Fields = outcome.Fields,
        };
        if (!decisions.Record(entry))
        {
            outcome.DecisionId = 0;
            Conclude(scan, judged, PyCodes.Busy, ref outcome);
        }
    }
}
