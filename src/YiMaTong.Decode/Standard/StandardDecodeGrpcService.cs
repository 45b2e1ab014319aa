using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Decode.V1;
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
    IDecisionSink decisions,
    DecodeMetrics metrics,
    TimeProvider time) : StandardDecodeService.StandardDecodeServiceBase
{
    /// <inheritdoc />
    public override Task<DecodeQrcodeResponse> DecodeQrcode(DecodeQrcodeRequest request, ServerCallContext context)
    {
        var answer = Answer(request, Caller.Of(context));
        RetryHint.Mark(context, answer.Code);
        return decisions.Waits ? Settle(answer, context.CancellationToken) : Task.FromResult(answer);
    }

    private async Task<DecodeQrcodeResponse> Settle(DecodeQrcodeResponse answer, CancellationToken cancellation) =>
        await decisions.Settled(cancellation) ? answer : new() { Code = PyCodes.Busy.Code, Msg = PyCodes.Busy.Message };

    /// <summary>Answers one request.</summary>
    internal DecodeQrcodeResponse Answer(DecodeQrcodeRequest request, in Caller caller)
    {
        var startedAt = time.GetTimestamp();
        if (StandardRequest.BadField(request) is { } field)
        {
            metrics.Answered(PyCodes.BadParameter);
            metrics.Took(startedAt);
            return new() { Code = PyCodes.BadParameter.Code, Msg = FieldLimits.Message(field) };
        }

        var cause = PyCodes.SystemError;
        var answer = Check(request, caller, ref cause);
        metrics.Answered(cause);
        metrics.Took(startedAt);
        var response = new DecodeQrcodeResponse { Code = answer.Code.Code, Msg = answer.Code.Message };
        if (answer.Response is not null)
        {
            response.Response = answer.Response;
        }

        return response;
    }

    private StandardAnswer Check(DecodeQrcodeRequest request, in Caller caller, ref PyCode cause)
    {
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

        cause = signatures.Verify(
            caller, request.MerchantId, request.MacId, merchant!.Verifier!, content, signature);
        if (cause == PyCodes.Success)
        {
            cause = gate.CheckDevice(request.MacId, merchant);
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

        answer = new(PyCodes.SystemError);
        try
        {
            answer = Decode(request, merchant, ref cause);
        }
        finally
        {
            ledger.Put(requestKey, claim, answer);
        }

        return answer;
    }

    private StandardAnswer Decode(DecodeQrcodeRequest request, MerchantEntry merchant, ref PyCode cause)
    {
        var outcome = default(DecodeOutcome);
        var scan = new ScanInput
        {
            Code = StandardRequest.CodeOf(request),
            Merchant = merchant,
            MacId = request.MacId,
            EveryField = true,
        };
        engine.Decode(scan, ref outcome);
        cause = outcome.Cause;
        if (outcome.Code != PyCodes.Success)
        {
            return new(outcome.Code);
        }

        var plaintext = ResultWriter.Write(outcome, time.GetUtcNow());
        var associated = ResponseSealer.AssociatedData(request.MerchantId, request.MacId, request.Time);
        return new(outcome.Code, merchant.Sealer!.Seal(plaintext.Span, associated));
    }
}
