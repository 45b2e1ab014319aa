using System.Text;
using System.Text.Json.Nodes;
using YiMaTong.AllInOne.Demo;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Gate;
using YiMaTong.Gate.Online;

namespace YiMaTong.AllInOne.Walk;

/// <summary>A demonstration merchant's gate: the library of gates over gRPC, and B.4 over REST.</summary>
internal sealed class Gate : IDisposable
{
    // Each call of the walk is the first of its kind in the process.
    private const int DeadlineMs = 10_000;

    private readonly DemoMerchantKeys _keys;
    private readonly TimeProvider _time;
    private readonly RequestSigner _signer;

    public Gate(DemoMerchantKeys keys, Uri node, TimeProvider time)
    {
        _keys = keys;
        _time = time;
        var profile = keys.SignatureProfile == "SHA256withRSA"
            ? SignatureProfile.Sha256WithRsa
            : SignatureProfile.RsaPssSha256;
        _signer = RequestSigner.TryCreate(profile, keys.PrivateKeyPem, out var signer, out var error)
            ? signer
            : throw new WalkFailedException($"the key of {keys.MerchantId}: {error}");
        var options = new GateOptions
        {
            Nodes = { node },
            MerchantId = keys.MerchantId,
            MacId = keys.MacId,
            Profile = profile,
            PrivateKeyPem = keys.PrivateKeyPem,
            DeadlineMs = DeadlineMs,
        };
        Online = new OnlineGate(options, time);
    }

    /// <summary>The gate over gRPC.</summary>
    public OnlineGate Online { get; }

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
                ["sign"] = _signer.SignFields(
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

    public void Dispose()
    {
        Online.Dispose();
        _signer.Dispose();
    }
}
