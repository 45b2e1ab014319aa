using YiMaTong.Codes.Returns;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Feed;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Marshalling;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Requests;

namespace YiMaTong.Decode.Sessions;

/// <summary>
/// Answers scans of gates that have a session. Session, merchant and device are found once for a message, each scan is
/// judged for itself. Thread-safe; allocates nothing.
/// </summary>
internal sealed class ScanHandler(
    SessionTable sessions,
    MerchantGate gate,
    DecodeEngine engine,
    SharedUses shared,
    NodeStatus status,
    LoadState load,
    ScanLimit limit,
    DecodeMetrics metrics,
    NodeClock clock,
    ILogger<ScanHandler> logger)
{
    /// <summary>How long a session has left; nothing where there is none.</summary>
    public TimeSpan LifeLeft(ReadOnlySpan<byte> token) => sessions.LifeLeft(token);

    /// <summary>Answers a message of one scan.</summary>
    /// <param name="call">The message; gets the answer.</param>
    /// <param name="found">Whether the node has what the answer must rest on: PY0000, or why not.</param>
    public void AnswerOne(GateCall call, PyCode found)
    {
        var now = clock.Now();
        var code = Admit(call, call.Session, found, now, out var admission);
        AnswerOne(call, now, code, admission, shared.None);
        metrics.Took(now.At);
    }

    /// <summary>Whether the scans of a session use codes up, and the nodes of the place share that.</summary>
    public bool AreShared(ReadOnlySpan<byte> session) =>
        shared.Enabled && sessions.TryFind(session, out var found)
        && gate.Find(found, out var standing) == PyCodes.Success && standing!.Scene is { SingleUse: true };

    /// <summary>Answers a message of one scan whose use the nodes of the place share.</summary>
    /// <inheritdoc cref="AnswerOne(GateCall, PyCode)" />
    public async ValueTask AnswerOneShared(GateCall call, PyCode found)
    {
        var now = clock.Now();
        var code = Admit(call, call.Session, found, now, out var admission);
        var claim = code == PyCodes.Success ? await TryClaim(call, 0, admission) : shared.None;

        // The store may have taken its time: what is too old by now is not told.
        AnswerOne(call, clock.Now(), code, admission, claim);
        metrics.Took(now.At);
    }

    /// <summary>Answers a batch or a frame whose uses the nodes of the place share.</summary>
    /// <inheritdoc cref="AnswerAll(GateCall, ReadOnlySpan{byte}, PyCode)" />
    public async ValueTask<PyCode> AnswerAllShared(GateCall call, ReadOnlyMemory<byte> session, PyCode found)
    {
        var now = clock.Now();
        var code = Admit(call, session.Span, found, now, out var admission);
        var number = code == PyCodes.Success ? Math.Min(call.ScanCount, FieldLimits.ScansMax) : 0;
        var claims = await Task.WhenAll(Enumerable.Range(0, number).Select(i => TryClaim(call, i, admission)));
        code = AnswerAll(call, clock.Now(), code, admission, claims);
        metrics.Took(now.At);
        return code;
    }

    /// <summary>Hears that the answer to a message is not given after all.</summary>
    public void GiveBack(GateCall call)
    {
        foreach (var use in call.Uses)
        {
            engine.GiveBack(use);
        }
    }

    private void AnswerOne(
        GateCall call, in Moment now, PyCode code, in Admission admission, in SharedClaim claim)
    {
        ref readonly var scan = ref call.Scan(0);
        if (code == PyCodes.Success)
        {
            Answer(call, scan, admission, now, claim);
        }
        else
        {
            metrics.Answered(code);
            Refuse(call, call.Malformed ? Envelopes.Malformed : Envelopes.Of(code), ScanId(call, scan));
            call.Answer.RetryAfter(call.RetryAfterMs);
        }
    }

    /// <summary>Answers a batch or a frame, each scan for itself.</summary>
    /// <param name="call">The message; gets the answer.</param>
    /// <param name="session">The session's token.</param>
    /// <param name="found">Whether the node has what the answer must rest on: PY0000, or why not.</param>
    /// <returns>The code of the message as a whole.</returns>
    public PyCode AnswerAll(GateCall call, ReadOnlySpan<byte> session, PyCode found)
    {
        var now = clock.Now();
        var code = Admit(call, session, found, now, out var admission);
        code = AnswerAll(call, now, code, admission, []);
        metrics.Took(now.At);
        return code;
    }

    private PyCode AnswerAll(
        GateCall call, in Moment now, PyCode code, in Admission admission, ReadOnlySpan<SharedClaim> claims)
    {
        var badNumber = code == PyCodes.Success && call.ScanCount is 0 or > FieldLimits.ScansMax;
        code = badNumber ? PyCodes.BadParameter : code;
        call.Answer.Append(
            badNumber ? Envelopes.BadScans : call.Malformed ? Envelopes.Malformed : Envelopes.Of(code));
        if (code == PyCodes.Success)
        {
            for (var i = 0; i < call.ScanCount; i++)
            {
                var result = call.Answer.BeginResult();
                Answer(call, call.Scan(i), admission, now, claims.IsEmpty ? shared.None : claims[i]);
                call.Answer.EndResult(result);
            }
        }
        else
        {
            call.Answer.RetryAfter(call.RetryAfterMs);
            metrics.Answered(code);
        }

        return code;
    }

    private PyCode Admit(
        GateCall call, ReadOnlySpan<byte> token, PyCode found, in Moment now, out Admission admission)
    {
        admission = default;
        if (call.Malformed)
        {
            return PyCodes.BadParameter;
        }

        // Before what the node holds: sessions are its own, and who has none is told nothing of its data.
        if (!sessions.TryFind(token, now.At, out var session))
        {
            return PyCodes.InvalidToken;
        }

        if (found != PyCodes.Success)
        {
            return found;
        }

        var scans = Math.Max(1, call.ScanCount);
        if (!limit.TryTake(ref session.Scans, now.At, scans))
        {
            call.RetryAfterMs = limit.WaitMs(ref session.Scans, now.At, scans);
            return PyCodes.TooManyRequests;
        }

        found = gate.Find(session, out var standing);
        admission = new(session, standing!);
        return found;
    }

    /// <summary>Asks for the use of a scan's code, where the scan is let in otherwise.</summary>
    private Task<SharedClaim> Claim(GateCall call, int number, in Admission admission)
    {
        ref readonly var slice = ref call.Scan(number);
        var scanId = ScanId(call, slice);
        return BadField(call, slice, scanId) is null
            && engine.TryProbe(Input(call, slice, scanId, admission, default), out var use, out var decision)
            ? shared.ClaimCode(use, scanId, decision)
            : Task.FromResult(shared.None);
    }

    // What one scan meets spoils no other: those before it are used and recorded.
    private async Task<SharedClaim> TryClaim(GateCall call, int number, Admission admission)
    {
        try
        {
            return await Claim(call, number, admission);
        }
        catch (Exception unexpected)
        {
            Log.ScanFailed(logger, unexpected);
            return new(SharedVerdict.Away);
        }
    }

    private void Answer(
        GateCall call, in ScanSlice slice, in Admission admission, in Moment now, in SharedClaim claim)
    {
        var begin = call.Answer.Length;
        try
        {
            Judge(call, slice, admission, now, claim);
        }
        catch (Exception unexpected)
        {
            Log.ScanFailed(logger, unexpected);
            call.Answer.Rewind(begin);
            metrics.Answered(PyCodes.SystemError);
            Refuse(call, Envelopes.Of(PyCodes.SystemError), ScanId(call, slice));
        }
    }

    private void Judge(
        GateCall call, in ScanSlice slice, in Admission admission, in Moment now, in SharedClaim claim)
    {
        var scanId = ScanId(call, slice);
        if (BadField(call, slice, scanId) is { } envelope)
        {
            metrics.Answered(PyCodes.BadParameter);
            Refuse(call, envelope, scanId);
            return;
        }

        var outcome = default(DecodeOutcome);
        engine.Decode(Input(call, slice, scanId, admission, claim), now, ref outcome);
        outcome.Degraded = load.Degraded && (slice.Fields & FieldBits.Tags) != 0;
        metrics.Answered(outcome.Cause);
        call.Answer.Judged(outcome, scanId);
    }

    private static ScanInput Input(
        GateCall call, in ScanSlice slice, ReadOnlySpan<byte> scanId, in Admission admission, SharedClaim claim) =>
        new()
        {
            Code = call.Text(slice.Code),
            Merchant = admission.Standing.Merchant!,
            Standing = admission.Standing,
            MacId = admission.Session.MacId,
            ScanId = scanId,
            Fields = slice.Fields,
            Shared = claim,
            MinRevision = call.MinRevision,
            Uses = call.Uses,
        };

    private void Refuse(GateCall call, byte[] envelope, ReadOnlySpan<byte> scanId)
    {
        var state = status.Current;
        var told = scanId.Length <= FieldLimits.ScanIdMax ? scanId : default;
        call.Answer.Refusal(envelope, told, state.Revision, status.AgeMs(state));
    }

    // What goes back must be text.
    private static ReadOnlySpan<byte> ScanId(GateCall call, in ScanSlice slice) =>
        slice.ScanIdIsNoText ? default : call.Bytes(slice.ScanId);

    private static byte[]? BadField(GateCall call, in ScanSlice slice, ReadOnlySpan<byte> scanId) =>
        slice.CodeIsNoText || !FieldLimits.Fits(call.Bytes(slice.Code), FieldLimits.CodeMax) ? Envelopes.BadCode
        : slice.ScanIdIsNoText || scanId.Length > FieldLimits.ScanIdMax ? Envelopes.BadScanId
        : slice.AsksUnknownField ? Envelopes.BadFields
        : null;
}
