using System.Text;
using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Decisions;
using YiMaTong.Decode.Engine;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Registry;
using YiMaTong.Decode.Requests;

namespace YiMaTong.Decode.Standard;

/// <summary>
/// Interface B.4 (解码能力接口). Cheap checks come first and RSA last; the device is judged only after the signature, so that
/// nobody learns which devices exist; a request is claimed only when it is genuine, so that nobody can use up
/// another's.
/// </summary>
internal sealed class StandardDecodeGrpcService(
    MerchantGate gate,
    SignatureGuard signatures,
    RequestLedger ledger,
    RequestShares shares,
    DecodeEngine engine,
    SharedUses shared,
    IDecisionSink decisions,
    DecodeMetrics metrics,
    TimeProvider time) : StandardDecodeService.StandardDecodeServiceBase
{
    /// <inheritdoc />
    public override async Task<DecodeQrcodeResponse> DecodeQrcode(
        DecodeQrcodeRequest request, ServerCallContext context)
    {
        var answer = AnswersAtOnce
            ? Answer(request, Caller.Of(context))
            : await AnswerLater(request, Caller.Of(context), context.CancellationToken);
        RetryHint.Mark(context, answer.Code);
        return answer;
    }

    /// <summary>Whether every answer is ready at once: nothing that other nodes or the disk have to say.</summary>
    internal bool AnswersAtOnce => !shared.Enabled && !decisions.Waits;

    /// <summary>Answers one request.</summary>
    internal DecodeQrcodeResponse Answer(DecodeQrcodeRequest request, in Caller caller) =>
        Message(AnswerAtOnce(request, caller));

    /// <summary>Answers one request where <see cref="AnswersAtOnce"/>.</summary>
    internal StandardReply AnswerAtOnce(DecodeQrcodeRequest request, in Caller caller)
    {
        var startedAt = time.GetTimestamp();
        if (StandardRequest.BadField(request) is { } field)
        {
            metrics.Answered(PyCodes.BadParameter);
            metrics.Took(startedAt);
            return new(PyCodes.BadParameter.Code, FieldLimits.Message(field), null);
        }

        var cause = PyCodes.SystemError;
        var answer = Check(request, caller, ref cause, out var taken)
            ?? Finish(request, taken, shared.None, ref cause);
        return Write(answer, cause, startedAt);
    }

    /// <summary>
    /// Answers one request as soon as the nodes of the place agree that it and its code are new, and its record is
    /// where it has to be.
    /// </summary>
    internal async Task<DecodeQrcodeResponse> AnswerLater(
        DecodeQrcodeRequest request, Caller caller, CancellationToken cancellation)
    {
        var (startedAt, cause) = (time.GetTimestamp(), PyCodes.SystemError);
        if (StandardRequest.BadField(request) is not null)
        {
            return Answer(request, caller);
        }

        var answer = Check(request, caller, ref cause, out var taken);
        if (answer is null)
        {
            var (refusal, claim) = shared.Enabled ? await Claim(request, taken) : (null, shared.None);
            (answer, cause) = refusal is null
                ? await FinishLater(request, taken, claim, cancellation)
                : (refusal, refusal.Code);
            if (answer.IsTransient)
            {
                shared.ReleaseRequest('r', taken.Key);
            }
        }

        return Message(Write(answer, cause, startedAt));
    }

    private async Task<(StandardAnswer? Refusal, SharedClaim Claim)> Claim(DecodeQrcodeRequest request, Taken taken)
    {
        StandardAnswer? refusal = new(PyCodes.Busy);
        var isDone = false;
        try
        {
            var verdict = await shared.ClaimRequest('r', taken.Key);
            refusal = verdict switch
            {
                SharedVerdict.Won => null,
                SharedVerdict.Lost => new(PyCodes.Replayed),
                _ => refusal,
            };
            var claim = refusal is null
                && engine.TryProbe(Input(request, taken.Merchant, default), out var use, out var decision)
                ? await shared.ClaimCode(use, default, decision)
                : shared.None;
            isDone = true;
            return (refusal, claim);
        }
        finally
        {
            if (!isDone || refusal is not null)
            {
                ledger.Put(taken.Key, taken.Claim, refusal ?? new(PyCodes.Busy));
            }
        }
    }

    private StandardReply Write(StandardAnswer answer, PyCode cause, long startedAt)
    {
        metrics.Answered(cause);
        metrics.Took(startedAt);
        return new(answer.Code.Code, answer.Code.Message, answer.Sealed);
    }

    private static DecodeQrcodeResponse Message(in StandardReply reply)
    {
        var response = new DecodeQrcodeResponse { Code = reply.Code, Msg = reply.Message };
        if (reply.Sealed is not null)
        {
            response.Response = Encoding.ASCII.GetString(reply.Sealed);
        }

        return response;
    }

    /// <summary>Checks a request and takes it.</summary>
    /// <returns>The answer; null where the request is taken and to be answered.</returns>
    private StandardAnswer? Check(DecodeQrcodeRequest request, in Caller caller, ref PyCode cause, out Taken taken)
    {
        taken = default;
        var signed = new SignedRequest(request.MerchantId, request.MacId, request.Time, request.Sign);
        cause = gate.CheckCheaply(signed, out var merchant, out var signature);
        if (cause != PyCodes.Success)
        {
            return new(cause);
        }

        var content = StandardRequest.SignedContent(request);
        var (requestKey, signatureKey) = (RequestKey.Of(content), RequestKey.Of(signature));
        if (ledger.TryRepeat(requestKey, signatureKey) is { } repeated)
        {
            cause = repeated.Code;
            return repeated;
        }

        cause = signatures.Verify(caller, merchant!, request.MacId, content, signature, out _);
        if (cause == PyCodes.Success)
        {
            cause = gate.CheckDevice(request.MacId, merchant!);
        }

        if (cause != PyCodes.Success)
        {
            return new(cause);
        }

        if (!shares.TryTake(request.MerchantId))
        {
            cause = PyCodes.TooManyRequests;
            return new(cause);
        }

        var answer = ledger.Take(requestKey, signatureKey, signed.SignedAt, out var claim);
        if (claim is null)
        {
            shares.Return(request.MerchantId);
            cause = answer.Code;
            return answer;
        }

        taken = new(requestKey, claim, merchant!);
        return null;
    }

    private StandardAnswer Finish(DecodeQrcodeRequest request, Taken taken, SharedClaim claim, ref PyCode cause)
    {
        StandardAnswer answer = new(PyCodes.SystemError);
        try
        {
            answer = Decode(request, taken.Merchant, claim, null, ref cause);
        }
        finally
        {
            ledger.Put(taken.Key, taken.Claim, answer);
        }

        return answer;
    }

    // The ledger keeps no answer that is not given: whoever repeats the request meanwhile is to come again.
    private async Task<(StandardAnswer Answer, PyCode Cause)> FinishLater(
        DecodeQrcodeRequest request, Taken taken, SharedClaim claim, CancellationToken cancellation)
    {
        var (answer, cause) = (new StandardAnswer(PyCodes.SystemError), PyCodes.SystemError);
        try
        {
            var uses = new List<CodeUse>();
            var decided = Decode(request, taken.Merchant, claim, uses, ref cause);
            if (await decisions.Settled(cancellation))
            {
                answer = decided;
            }
            else
            {
                uses.ForEach(use => engine.GiveBack(use));
                (answer, cause) = (new(PyCodes.Busy), PyCodes.Busy);
            }
        }
        finally
        {
            ledger.Put(taken.Key, taken.Claim, answer);
        }

        return (answer, cause);
    }

    private static ScanInput Input(
        DecodeQrcodeRequest request, MerchantEntry merchant, SharedClaim claim, List<CodeUse>? uses = null) => new()
        {
            Code = StandardRequest.CodeOf(request),
            Merchant = merchant,
            MacId = request.MacId,
            EveryField = true,
            Shared = claim,
            Uses = uses,
        };

    private StandardAnswer Decode(
        DecodeQrcodeRequest request, MerchantEntry merchant, SharedClaim claim, List<CodeUse>? uses, ref PyCode cause)
    {
        var outcome = default(DecodeOutcome);
        engine.Decode(Input(request, merchant, claim, uses), ref outcome);
        cause = outcome.Cause;
        if (outcome.Code != PyCodes.Success)
        {
            return new(outcome.Code);
        }

        var plaintext = ResultWriter.Write(outcome, time.GetUtcNow());
        var associated = ResponseSealer.AssociatedData(request.MerchantId, request.MacId, request.Time);
        return new(outcome.Code, merchant.Sealer!.SealUtf8(plaintext.Span, associated));
    }

    /// <summary>A request that was taken: nobody else answers it.</summary>
    private readonly record struct Taken(UInt128 Key, RequestClaim Claim, MerchantEntry Merchant);
}
