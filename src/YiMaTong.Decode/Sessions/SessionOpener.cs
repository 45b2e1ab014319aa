using Google.Protobuf;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Requests;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Sessions;

/// <summary>Opens sessions for gates that prove their merchant by signature. Thread-safe.</summary>
internal sealed class SessionOpener(
    MerchantGate gate,
    SignatureGuard signatures,
    SessionTable sessions,
    IOptions<DecodeOptions> options,
    TimeProvider time)
{
    private readonly int _lifeSeconds = options.Value.SessionLifeSeconds;
    private readonly ExpiringClaims<byte> _seen = new(
        time, TimeSpan.FromSeconds(2 * options.Value.RequestWindowSeconds), options.Value.RequestCapacity);

    /// <summary>Answers a request for a session.</summary>
    public OpenSessionResponse Open(OpenSessionRequest request, in Caller caller)
    {
        if (BadField(request) is { } field)
        {
            return new() { Code = PyCodes.BadParameter.Code, Msg = FieldLimits.Message(field) };
        }

        var code = Check(request, caller);
        var response = new OpenSessionResponse { Code = code.Code, Msg = code.Message };
        if (code == PyCodes.Success)
        {
            var token = sessions.Open(request.MerchantId, request.MacId);
            response.Session = UnsafeByteOperations.UnsafeWrap(token.ToBytes());
            response.ExpiresIn = _lifeSeconds;
        }

        return response;
    }

    private static string? BadField(OpenSessionRequest request) =>
        !FieldLimits.Fits(request.MerchantId, FieldLimits.IdMax) ? "merchant_id"
        : !FieldLimits.Fits(request.MacId, FieldLimits.IdMax) ? "mac_id"
        : !FieldLimits.IsTime(request.Time) ? "time"
        : !FieldLimits.Fits(request.Sign, FieldLimits.SignMax) ? "sign"
        : null;

    private PyCode Check(OpenSessionRequest request, in Caller caller)
    {
        var signed = new SignedRequest(request.MerchantId, request.MacId, request.Time, request.Sign);
        var cheap = gate.CheckCheaply(signed, out var merchant, out var signature);
        if (cheap != PyCodes.Success)
        {
            return cheap;
        }

        var content = CanonicalFields.ToBytes(
            ("macId", request.MacId), ("merchantId", request.MerchantId), ("time", request.Time));

        // A gate may open several sessions within one second: what was signed anew is no replay.
        var key = RequestKey.Of([.. content, .. signature]);
        if (_seen.TryGet(key, out _))
        {
            return PyCodes.Replayed;
        }

        var verified = signatures.Verify(
            caller, request.MerchantId, request.MacId, merchant!.Verifier!, content, signature);
        if (verified != PyCodes.Success)
        {
            return verified;
        }

        // The device is told only to those who proved to be its merchant.
        var device = gate.CheckDevice(request.MacId, merchant);
        return device != PyCodes.Success ? device : _seen.Claim(key, 1, out _) switch
        {
            ClaimStatus.Claimed => PyCodes.Success,
            ClaimStatus.Held => PyCodes.Replayed,
            _ => PyCodes.Busy,
        };
    }
}
