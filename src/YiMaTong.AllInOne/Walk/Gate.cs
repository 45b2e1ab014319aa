using System.Text;
using System.Text.Json.Nodes;
using YiMaTong.AllInOne.Demo;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;

namespace YiMaTong.AllInOne.Walk;

/// <summary>A demonstration merchant's gate: a session over gRPC, and B.4 over REST.</summary>
internal sealed class Gate : IDisposable
{
    private readonly DemoMerchantKeys _keys;
    private readonly TimeProvider _time;
    private readonly RequestSigner _signer;

    public Gate(DemoMerchantKeys keys, TimeProvider time)
    {
        _keys = keys;
        _time = time;
        var profile = keys.SignatureProfile == "SHA256withRSA"
            ? SignatureProfile.Sha256WithRsa
            : SignatureProfile.RsaPssSha256;
        _signer = RequestSigner.TryCreate(profile, keys.PrivateKeyPem, out var signer, out var error)
            ? signer
            : throw new WalkFailedException($"the key of {keys.MerchantId}: {error}");
    }

    /// <summary>The signed request that opens a session.</summary>
    public OpenSessionRequest OpenSession()
    {
        var time = WireTime.Compact(_time.GetUtcNow());
        return new OpenSessionRequest
        {
            MerchantId = _keys.MerchantId,
            MacId = _keys.MacId,
            Time = time,
            Sign = Sign(("merchantId", _keys.MerchantId), ("macId", _keys.MacId), ("time", time)),
        };
    }

    /// <summary>Decodes by B.4 and opens the sealed answer.</summary>
    public async Task<JsonNode> DecodeAsync(RestClient rest, string code, CancellationToken stop)
    {
        var time = WireTime.Compact(_time.GetUtcNow());
        var answer = await rest.PostAsync(
            "/api/v1/qrcode/decode",
            new Dictionary<string, string>
            {
                ["merchantId"] = _keys.MerchantId,
                ["time"] = time,
                ["qrcod"] = code,
                ["macId"] = _keys.MacId,
                ["sign"] = Sign(
                    ("merchantId", _keys.MerchantId), ("macId", _keys.MacId), ("time", time), ("qrcod", code)),
            },
            stop);
        using var sealer = new ResponseSealer(
            ResponseCipher.Aes256Gcm, (byte)_keys.ResponseKeyId, Convert.FromBase64String(_keys.ResponseKeyBase64));
        var bound = ResponseSealer.AssociatedData(_keys.MerchantId, _keys.MacId, time);
        return sealer.TryOpen((string)answer!, bound, out var plaintext)
            ? JsonNode.Parse(Encoding.UTF8.GetString(plaintext))!
            : throw new WalkFailedException("the sealed answer of B.4 does not open");
    }

    public void Dispose() => _signer.Dispose();

    private string Sign(params ReadOnlySpan<(string Name, string Value)> fields) =>
        _signer.Sign(CanonicalFields.ToBytes(fields));
}
