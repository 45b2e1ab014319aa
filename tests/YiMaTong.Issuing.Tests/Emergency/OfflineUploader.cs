using System.Security.Cryptography;
using Google.Protobuf;
using YiMaTong.Codes.Emergency;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Contracts.Emergency.V1;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Tests.Platform;

namespace YiMaTong.Issuing.Tests.Emergency;

/// <summary>A gate of a merchant that brings its journal home.</summary>
internal sealed class OfflineUploader : IDisposable
{
    private static readonly string KeyPem = NewKey();

    private readonly EmergencyHost _host;
    private readonly RequestSigner _signer;

    private OfflineUploader(EmergencyHost host, RequestSigner signer, string merchantId, string macId) =>
        (_host, _signer, MerchantId, MacId) = (host, signer, merchantId, macId);

    public string MerchantId { get; }

    public string MacId { get; }

    public ByteString JournalId { get; set; } = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));

    /// <summary>Registers scene, merchant and device where they are missing.</summary>
    public static async Task<OfflineUploader> Register(
        EmergencyHost host, string merchantId = "hz-bus", string macId = "gate-1", bool singleUse = true)
    {
        Assert.True(RequestSigner.TryCreate(
            Codes.Signing.SignatureProfile.RsaPssSha256, KeyPem, out var signer, out var error), error);
        var scene = Samples.Scene();
        scene.SingleUse = singleUse;
        var merchant = Samples.Merchant(merchantId);
        merchant.PublicKeyPem = signer.ExportPublicKeyPem();
        var device = Samples.Device(macId);
        device.MerchantId = merchantId;
        var merchants = new MerchantService.MerchantServiceClient(host.Channel);
        var put = await new SceneService.SceneServiceClient(host.Channel).PutSceneAsync(
            new PutSceneRequest { Scene = scene }, EmergencyHost.Operator);
        Assert.Equal("PY0000", put.Code);
        Assert.Equal("PY0000", (await merchants.PutMerchantAsync(
            new PutMerchantRequest { Merchant = merchant }, EmergencyHost.Operator)).Code);
        Assert.Equal("PY0000", (await merchants.PutDeviceAsync(
            new PutDeviceRequest { Device = device }, EmergencyHost.Operator)).Code);
        return new OfflineUploader(host, signer, merchantId, macId);
    }

    public OfflineScanRun Run(long first, params OfflineScan[] scans) => new()
    {
        JournalId = JournalId,
        FirstSequence = (ulong)first,
        Scans = { scans },
        GateTimeMs = _host.Inner.Time.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    public UploadOfflineScansRequest Sign(ByteString payload)
    {
        var request = new UploadOfflineScansRequest
        {
            MerchantId = MerchantId,
            MacId = MacId,
            Time = WireTime.Compact(_host.Inner.Time.GetUtcNow()),
            Payload = payload,
        };
        request.Sign = _signer.SignFields(
            ("digest", Convert.ToBase64String(SHA256.HashData(payload.Span))), ("macId", MacId),
            ("merchantId", MerchantId), ("time", request.Time));
        return request;
    }

    public async Task<UploadOfflineScansResponse> Send(UploadOfflineScansRequest request) =>
        await _host.Uploads.UploadOfflineScansAsync(
            request, cancellationToken: TestContext.Current.CancellationToken);

    public Task<UploadOfflineScansResponse> Upload(OfflineScanRun run) => Send(Sign(run.ToByteString()));

    public Task<UploadOfflineScansResponse> Upload(long first, params OfflineScan[] scans) =>
        Upload(Run(first, scans));

    /// <summary>A scan at which nothing was verified.</summary>
    public OfflineScan Scan(string id, Decision decision = Decision.Permit, uint told = 0) => new()
    {
        ScanId = id,
        AtMs = _host.Inner.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        Form = OfflineForm.Unverified,
        Direction = Direction.Entry,
        Decision = decision,
        Told = told,
    };

    /// <summary>A scan of a verified emergency code.</summary>
    public OfflineScan Scan(string id, in VerifiedEmergencyCode code, Decision decision = Decision.Permit)
    {
        var scan = Scan(id, decision);
        scan.Form = code.Form == EmergencyForm.Static ? OfflineForm.Static : OfflineForm.HolderBound;
        (scan.TokenId, scan.ShowingId) = (Bytes(code.TokenId), Bytes(code.ShowingId));
        scan.KeyId = ByteString.CopyFrom(Convert.FromHexString(code.KeyId.ToString()));
        (scan.StatusList, scan.StatusIndex) = (code.Grant.StatusList, (uint)code.Grant.StatusIndex);
        (scan.ShownAt, scan.StatusRevision) = (code.ShownAt, 1);
        return scan;
    }

    public void Dispose() => _signer.Dispose();

    private static ByteString Bytes(UInt128 value)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return ByteString.CopyFrom(bytes);
    }

    private static string NewKey()
    {
        using var key = RSA.Create(3072);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
