using Grpc.Core;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Perf;

namespace YiMaTong.Peers.Handlers;

/// <summary>
/// B.4 reduced to what its cryptography costs: the RSA verification of the request and the sealing of a constant
/// answer. Nothing is checked, remembered or looked up.
/// </summary>
internal sealed class SealOnlyHandler : StandardDecodeService.StandardDecodeServiceBase, IDisposable
{
    private readonly SignatureVerifier _verifier;
    private readonly ResponseSealer _sealer;
    private readonly byte[] _plaintext;

    public SealOnlyHandler(City city, PeerSettings settings)
    {
        if (!RequestSigner.TryCreate(
                SignatureProfile.Sha256WithRsa, city.MerchantPrivateKeyPem, out var signer, out var error)
            || !SignatureVerifier.TryCreate(
                SignatureProfile.Sha256WithRsa, signer.ExportPublicKeyPem(), out var verifier, out error))
        {
            throw new InvalidDataException(error);
        }

        signer.Dispose();
        _verifier = verifier;
        _sealer = new ResponseSealer(ResponseCipher.Aes256Gcm, City.ResponseKeyId, city.ResponseKey);
        _plaintext = new byte[settings.SealedBytes];
        _plaintext.AsSpan().Fill((byte)' ');
    }

    public void Dispose()
    {
        _verifier.Dispose();
        _sealer.Dispose();
    }

    public override Task<DecodeQrcodeResponse> DecodeQrcode(DecodeQrcodeRequest request, ServerCallContext context)
    {
        var content = CanonicalFields.ToBytes(
            ("macId", request.MacId),
            ("merchantId", request.MerchantId),
            ("qrcode", request.Qrcode),
            ("time", request.Time));
        if (!_verifier.Verify(content, Convert.FromBase64String(request.Sign)))
        {
            return Task.FromResult(
                new DecodeQrcodeResponse { Code = PyCodes.BadSignature.Code, Msg = PyCodes.BadSignature.Message });
        }

        var associated = ResponseSealer.AssociatedData(request.MerchantId, request.MacId, request.Time);
        return Task.FromResult(new DecodeQrcodeResponse
        {
            Code = PyCodes.Success.Code,
            Msg = PyCodes.Success.Message,
            Response = _sealer.Seal(_plaintext, associated),
        });
    }
}
