using System.Security.Cryptography;
using Google.Protobuf;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;

namespace YiMaTong.Gate.Online;

/// <summary>Signs the requests by which a gate opens its sessions and brings its scans home. Thread-safe.</summary>
internal sealed class SessionRequests : IDisposable
{
    private readonly string _merchantId;
    private readonly string _macId;
    private readonly RequestSigner _signer;
    private readonly TimeProvider _time;

    /// <summary>Reads the key.</summary>
    /// <exception cref="ArgumentException">The key cannot be used; the message says why, without the key.</exception>
    public SessionRequests(GateOptions options, TimeProvider time)
    {
        if (!RequestSigner.TryCreate(options.Profile, options.PrivateKeyPem, out var signer, out var error))
        {
            throw new ArgumentException($"{nameof(GateOptions.PrivateKeyPem)}: {error}", nameof(options));
        }

        _merchantId = options.MerchantId;
        _macId = options.MacId;
        _signer = signer;
        _time = time;
    }

    /// <summary>A request, signed now.</summary>
    public OpenSessionRequest Next()
    {
        var time = WireTime.Compact(_time.GetUtcNow());
        return new()
        {
            MerchantId = _merchantId,
            MacId = _macId,
            Time = time,
            Sign = _signer.Sign(
                CanonicalFields.ToBytes(("macId", _macId), ("merchantId", _merchantId), ("time", time))),
        };
    }

    /// <summary>A run of scans, signed now.</summary>
    /// <param name="payload">A serialised OfflineScanRun.</param>
    public UploadOfflineScansRequest Upload(byte[] payload)
    {
        var time = WireTime.Compact(_time.GetUtcNow());
        var digest = Convert.ToBase64String(SHA256.HashData(payload));
        return new()
        {
            MerchantId = _merchantId,
            MacId = _macId,
            Time = time,
            Sign = _signer.Sign(CanonicalFields.ToBytes(
                ("digest", digest), ("macId", _macId), ("merchantId", _merchantId), ("time", time))),
            Payload = UnsafeByteOperations.UnsafeWrap(payload),
        };
    }

    /// <inheritdoc />
    public void Dispose() => _signer.Dispose();
}
