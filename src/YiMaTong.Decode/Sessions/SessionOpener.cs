using Google.Protobuf;
using Microsoft.Extensions.Options;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Claims;
using YiMaTong.Decode.Load;
using YiMaTong.Decode.Requests;
using YiMaTong.Decode.Used;
using YiMaTong.Directory;

namespace YiMaTong.Decode.Sessions;

/// <summary>Opens sessions for gates that prove their merchant by signature. Thread-safe.</summary>
internal sealed class SessionOpener
{
    private readonly MerchantGate _gate;
    private readonly SignatureGuard _signatures;
    private readonly SessionTable _sessions;
    private readonly IUsedJournal _journal;
    private readonly TimeProvider _time;
    private readonly int _lifeSeconds;
    private readonly ExpiringClaims<uint> _seen;
    private readonly SharedUses _shared;

    /// <summary>Reads what opened a session before this start.</summary>
    public SessionOpener(
        MerchantGate gate, SignatureGuard signatures, SessionTable sessions, UsedJournals journals, SharedUses shared,
        IOptions<DecodeOptions> options, TimeProvider time)
    {
        _shared = shared;
        (_gate, _signatures, _sessions, _journal, _time) = (gate, signatures, sessions, journals.Sessions, time);
        _lifeSeconds = options.Value.SessionLifeSeconds;
        _seen = new(
            time, TimeSpan.FromSeconds(2 * options.Value.RequestWindowSeconds), options.Value.RequestCapacity,
            static signedAt => signedAt);
        _seen.Forget(_journal.Restore(used => _seen.Claim(used.Key, used.MadeAt, out _) != ClaimStatus.Full));
    }

    /// <summary>Whether the nodes of the place share which requests they have seen.</summary>
    public bool AreShared => _shared.Enabled;

    /// <summary>Answers a request for a session.</summary>
    public OpenSessionResponse Open(OpenSessionRequest request, in Caller caller)
    {
        if (BadField(request) is { } field)
        {
            return new() { Code = PyCodes.BadParameter.Code, Msg = FieldLimits.Message(field) };
        }

        var code = Check(request, caller, out var opening);
        return Answer(request, opening, code == PyCodes.Success ? Use(opening) : code);
    }

    /// <summary>Answers a request for a session after the nodes of the place agreed that it is new.</summary>
    public async ValueTask<OpenSessionResponse> OpenShared(OpenSessionRequest request, Caller caller)
    {
        if (BadField(request) is { } field)
        {
            return new() { Code = PyCodes.BadParameter.Code, Msg = FieldLimits.Message(field) };
        }

        var code = Check(request, caller, out var opening);
        if (code == PyCodes.Success)
        {
            code = CodeOf(await _shared.ClaimRequest('s', opening.Request));
        }

        if (code == PyCodes.Success)
        {
            code = Use(opening);
        }

        return Answer(request, opening, code);
    }

    private OpenSessionResponse Answer(OpenSessionRequest request, in Opening opening, PyCode code)
    {
        var response = new OpenSessionResponse { Code = code.Code, Msg = code.Message };
        if (code == PyCodes.Success)
        {
            var token = _sessions.Open(request.MerchantId, request.MacId, opening.Key);
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

    private static PyCode CodeOf(SharedVerdict verdict) => verdict switch
    {
        SharedVerdict.Won => PyCodes.Success,
        SharedVerdict.Lost => PyCodes.Replayed,
        _ => PyCodes.Busy,
    };

    private PyCode Check(OpenSessionRequest request, in Caller caller, out Opening opening)
    {
        opening = default;
        var signed = new SignedRequest(request.MerchantId, request.MacId, request.Time, request.Sign);
        var cheap = _gate.CheckCheaply(signed, out var merchant, out var signature);
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

        var verified = _signatures.Verify(caller, merchant!, request.MacId, content, signature, out var signer);
        if (verified != PyCodes.Success)
        {
            return verified;
        }

        // The device is told only to those who proved to be its merchant.
        var device = _gate.CheckDevice(request.MacId, merchant!);
        opening = new(key, signed.SignedAt, signer);
        return device;
    }

    private PyCode Use(in Opening opening)
    {
        var status = _seen.Claim(opening.Request, opening.SignedAt, out _);
        if (status == ClaimStatus.Claimed)
        {
            _journal.Note(new(
                opening.Request, 0, 0, opening.SignedAt, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        }

        return status switch
        {
            ClaimStatus.Claimed => PyCodes.Success,
            ClaimStatus.Held => PyCodes.Replayed,
            ClaimStatus.Full => PyCodes.Busy,
            // Signed before what the node remembers, though its clock, set back, calls it timely.
            _ => PyCodes.TimeOutsideWindow,
        };
    }

    /// <summary>A genuine request: its digest, when it was signed, and the merchant's key that signed it.</summary>
    private readonly record struct Opening(UInt128 Request, uint SignedAt, UInt128 Key);
}
