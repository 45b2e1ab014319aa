using YiMaTong.Codes.Returns;
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
    NodeStatus status,
    LoadState load,
    ScanLimit limit,
    DecodeMetrics metrics,
    TimeProvider time)
{
    /// <summary>Answers a message of one scan.</summary>
    /// <param name="call">The message; gets the answer.</param>
    /// <param name="found">Whether the node has what the answer must rest on: PY0000, or why not.</param>
    public void AnswerOne(GateCall call, PyCode found)
    {
        var now = Moment.Of(time);
        var code = Admit(call, call.Session, found, now, out var admission);
        ref readonly var scan = ref call.Scan(0);
        if (code == PyCodes.Success)
        {
            Answer(call, scan, admission, now);
        }
        else
        {
            metrics.Answered(code);
            Refuse(call, call.Malformed ? Envelopes.Malformed : Envelopes.Of(code), ScanId(call, scan));
        }

        metrics.Took(now.At);
    }

    /// <summary>Answers a batch or a frame, each scan for itself.</summary>
    /// <param name="call">The message; gets the answer.</param>
    /// <param name="session">The session's token.</param>
    /// <param name="found">Whether the node has what the answer must rest on: PY0000, or why not.</param>
    /// <returns>The code of the message as a whole.</returns>
    public PyCode AnswerAll(GateCall call, ReadOnlySpan<byte> session, PyCode found)
    {
        var now = Moment.Of(time);
        var code = Admit(call, session, found, now, out var admission);
        var badNumber = code == PyCodes.Success && call.ScanCount is 0 or > FieldLimits.ScansMax;
        code = badNumber ? PyCodes.BadParameter : code;
        call.Answer.Append(
            badNumber ? Envelopes.BadScans : call.Malformed ? Envelopes.Malformed : Envelopes.Of(code));
        if (code == PyCodes.Success)
        {
            for (var i = 0; i < call.ScanCount; i++)
            {
                var result = call.Answer.BeginResult();
                Answer(call, call.Scan(i), admission, now);
                call.Answer.EndResult(result);
            }
        }
        else
        {
            metrics.Answered(code);
        }

        metrics.Took(now.At);
        return code;
    }

    private PyCode Admit(
        GateCall call, ReadOnlySpan<byte> token, PyCode found, in Moment now, out Admission admission)
    {
        admission = default;
        if (call.Malformed || found != PyCodes.Success)
        {
            return call.Malformed ? PyCodes.BadParameter : found;
        }

        if (!sessions.TryFind(token, now.At, out var session))
        {
            return PyCodes.InvalidToken;
        }

        if (!limit.TryTake(ref session.Scans, now.At, Math.Max(1, call.ScanCount)))
        {
            return PyCodes.TooManyRequests;
        }

        found = gate.Find(session, out var standing);
        admission = new(session, standing!);
        return found;
    }

    private void Answer(GateCall call, in ScanSlice slice, in Admission admission, in Moment now)
    {
        var scanId = ScanId(call, slice);
        if (BadField(call, slice, scanId) is { } envelope)
        {
            metrics.Answered(PyCodes.BadParameter);
            Refuse(call, envelope, scanId);
            return;
        }

        var outcome = default(DecodeOutcome);
        var scan = new ScanInput
        {
            Code = call.Text(slice.Code),
            Merchant = admission.Standing.Merchant!,
            Standing = admission.Standing,
            MacId = admission.Session.MacId,
            ScanId = scanId,
            Fields = slice.Fields,
        };
        engine.Decode(scan, now, ref outcome);
        outcome.Degraded = load.Degraded && (slice.Fields & FieldBits.Tags) != 0;
        metrics.Answered(outcome.Cause);
        call.Answer.Judged(outcome, scanId);
    }

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
