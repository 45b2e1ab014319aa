using System.Security.Cryptography;
using YiMaTong.Contracts.Platform.V1;
using YiMaTong.Issuing.Feed;
using YiMaTong.Issuing.Storage;
using Device = YiMaTong.Contracts.Platform.V1.Device;
using Merchant = YiMaTong.Contracts.Platform.V1.Merchant;
using MerchantRecord = YiMaTong.Contracts.Feed.V1.MerchantRecord;

namespace YiMaTong.Issuing.Tests.Platform;

public sealed class MerchantServiceTests : IAsyncLifetime
{
    private PlatformHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await PlatformHost.StartAsync();
        await _host.Scenes.PutSceneAsync(new() { Scene = Samples.Scene() }, PlatformHost.Operator);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string, Action<Merchant>> MerchantFaults => new()
    {
        { "merchantId", merchant => merchant.MerchantId = "" },
        { "merchantId", merchant => merchant.MerchantId = "hz bus" },
        { "merchantId", merchant => merchant.MerchantId = new string('a', 65) },
        { "name", merchant => merchant.Name = "" },
        { "name", merchant => merchant.Name = new string('a', 65) },
        { "sceneId", merchant => merchant.SceneId = "" },
        { "sceneId", merchant => merchant.SceneId = "nowhere" },
        { "signatureProfile", merchant => merchant.SignatureProfile = (SignatureProfile)3 },
        { "responseCipher", merchant => merchant.ResponseCipher = (ResponseCipher)3 },
        { "state", merchant => merchant.State = (RegistrationState)(-1) },
        { "publicKeyPem", merchant => merchant.PublicKeyPem = "" },
        { "publicKeyPem", merchant => merchant.PublicKeyPem = new string('a', 4097) },
        { "publicKeyPem", merchant => merchant.PublicKeyPem = "no key" },
        { "publicKeyPem", merchant => merchant.PublicKeyPem = Samples.Pem2048 },
        { "publicKeyPem", merchant => merchant.PublicKeyPem = PrivatePem() },
        { "nextPublicKeyPem", merchant => merchant.NextPublicKeyPem = "no key" },
        { "nextPublicKeyPem", merchant => merchant.NextPublicKeyPem = Samples.Pem2048 },
        { "publicKeyPem", merchant => merchant.PublicKeyPem = EllipticPem() },
    };

    public static TheoryData<string, Action<Device>> DeviceFaults => new()
    {
        { "macId", device => device.MacId = "" },
        { "macId", device => device.MacId = "gate 1" },
        { "macId", device => device.MacId = new string('1', 65) },
        { "merchantId", device => device.MerchantId = "" },
        { "place", device => device.Place = new string('门', 65) },
        { "state", device => device.State = (RegistrationState)3 },
    };

    [Theory]
    [MemberData(nameof(MerchantFaults), DisableDiscoveryEnumeration = true)]
    public async Task PutMerchant_FieldAtFault_NamesIt(string field, Action<Merchant> spoil)
    {
        var merchant = Samples.Merchant();
        spoil(merchant);

        var reply = await _host.Merchants.PutMerchantAsync(new() { Merchant = merchant }, PlatformHost.Operator);

        Assert.Equal("PY1001", reply.Code);
        Assert.StartsWith($"参数缺失或格式错误: {field}", reply.Msg, StringComparison.Ordinal);
        Assert.Null(reply.Response);
        Assert.Empty((await _host.Merchants.ListMerchantsAsync(new(), PlatformHost.Operator)).Response);
    }

    [Theory]
    [MemberData(nameof(DeviceFaults), DisableDiscoveryEnumeration = true)]
    public async Task PutDevice_FieldAtFault_NamesIt(string field, Action<Device> spoil)
    {
        var device = Samples.Device();
        spoil(device);

        var reply = await _host.Merchants.PutDeviceAsync(new() { Device = device }, PlatformHost.Operator);

        Assert.Equal(("PY1001", $"参数缺失或格式错误: {field}"), (reply.Code, reply.Msg));
    }

    [Fact]
    public async Task PutMerchant_FirstTime_ShowsResponseKeyOnceAndKeepsItSealed()
    {
        var first = await _host.Merchants.PutMerchantAsync(
            new() { Merchant = Samples.Merchant() }, PlatformHost.Operator);
        var changed = Samples.Merchant();
        changed.Name = "杭州公交集团";
        var second = await _host.Merchants.PutMerchantAsync(new() { Merchant = changed }, PlatformHost.Operator);
        var third = await _host.Merchants.PutMerchantAsync(new() { Merchant = changed }, PlatformHost.Operator);
        var row = await _host.Read(db => db.Merchants.FindAsync("hz-bus").AsTask());

        var key = Convert.FromBase64String(first.Response.ResponseKeyBase64);
        Assert.Equal(32, key.Length);
        Assert.Equal(1u, first.Response.ResponseKeyId);
        Assert.Equal((1u, ""), (second.Response.ResponseKeyId, second.Response.ResponseKeyBase64));
        Assert.Equal(first.Response.Revision + 1, second.Response.Revision);
        Assert.Equal(second.Response.Revision, third.Response.Revision);
        var sealer = _host.Sealer;
        Assert.Equal(key, sealer.OpenBytes(SealedColumns.MerchantResponseKey, row!.ResponseKeySealed));
        Assert.Equal(-1, row.ResponseKeySealed.AsSpan().IndexOf(key));
    }

    [Fact]
    public async Task PutMerchant_CompatibilityProfile_TakesShorterKeyAndIsListed()
    {
        var merchant = Samples.Merchant();
        merchant.SignatureProfile = SignatureProfile.Sha256WithRsa;
        merchant.ResponseCipher = ResponseCipher.Aes256Cbc;
        merchant.PublicKeyPem = Samples.Pem2048;
        merchant.ReasonDetail = true;
        merchant.State = RegistrationState.Disabled;
        var reply = await _host.Merchants.PutMerchantAsync(new() { Merchant = merchant }, PlatformHost.Operator);

        Assert.Equal("PY0000", reply.Code);
        var listed = await _host.Merchants.ListMerchantsAsync(new(), PlatformHost.Operator);
        Assert.Equal(merchant, Assert.Single(listed.Response));
    }

    [Fact]
    public async Task PutMerchant_NextKey_IsOnTheFeedAndListedUntilItIsLeftOut()
    {
        var merchant = Samples.Merchant();
        merchant.SignatureProfile = SignatureProfile.Sha256WithRsa;
        merchant.ResponseCipher = ResponseCipher.Aes256Gcm;
        merchant.State = RegistrationState.Active;
        merchant.NextPublicKeyPem = Samples.Pem2048;
        await _host.Merchants.PutMerchantAsync(new() { Merchant = merchant }, PlatformHost.Operator);
        var listed = await _host.Merchants.ListMerchantsAsync(new(), PlatformHost.Operator);
        var record = await Record();

        Assert.Equal(merchant, Assert.Single(listed.Response));
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(record.NextPublicKey.Span, out _);
        Assert.Equal(Samples.Pem2048, rsa.ExportSubjectPublicKeyInfoPem());

        (merchant.PublicKeyPem, merchant.NextPublicKeyPem) = (Samples.Pem2048, "");
        await _host.Merchants.PutMerchantAsync(new() { Merchant = merchant }, PlatformHost.Operator);
        Assert.True((await Record()).NextPublicKey.IsEmpty);
    }

    [Fact]
    public async Task UseResponseKey_AfterItWasMade_SealsUnderItAndNotBefore()
    {
        var first = await _host.Merchants.PutMerchantAsync(
            new() { Merchant = Samples.Merchant() }, PlatformHost.Operator);
        var lost = await Make();
        var made = await Make();
        var before = await Record();
        var used = await Use(2);
        var after = await Record();
        var again = await Use(2);

        Assert.Equal((2u, 2u), (lost.Response.ResponseKeyId, made.Response.ResponseKeyId));
        Assert.NotEqual(lost.Response.ResponseKeyBase64, made.Response.ResponseKeyBase64);
        Assert.Equal((1u, first.Response.ResponseKeyBase64), (before.ResponseKeyId, before.ResponseKey.ToBase64()));
        Assert.Equal((2u, made.Response.ResponseKeyBase64), (after.ResponseKeyId, after.ResponseKey.ToBase64()));
        Assert.Equal(("PY0000", 2u, ""), (used.Code, used.Response.ResponseKeyId, used.Response.ResponseKeyBase64));
        Assert.Equal(("PY0000", used.Response.Revision), (again.Code, again.Response.Revision));
        Assert.Equal("参数缺失或格式错误: responseKeyId", (await Use(3)).Msg);
        Assert.Equal("参数缺失或格式错误: responseKeyId", (await Use(1)).Msg);
    }

    [Fact]
    public async Task UseResponseKey_AfterTheLastNumber_IsTheFirstAgain()
    {
        await _host.Merchants.PutMerchantAsync(new() { Merchant = Samples.Merchant() }, PlatformHost.Operator);
        await _host.Write(async unit => (await unit.Db.Merchants.FindAsync("hz-bus"))!.ResponseKeyId = 255);

        Assert.Equal(1u, (await Make()).Response.ResponseKeyId);
        Assert.Equal(("PY0000", 1u), ((await Use(1)).Code, (await Record()).ResponseKeyId));
    }

    [Fact]
    public async Task MakeResponseKey_UnknownMerchant_IsRefused()
    {
        Assert.Equal("PY2001", (await Make()).Code);
        Assert.Equal("PY2001", (await Use(1)).Code);
    }

    [Fact]
    public async Task PutDevice_Twice_IsOneChangeAndListed()
    {
        await _host.Merchants.PutMerchantAsync(new() { Merchant = Samples.Merchant() }, PlatformHost.Operator);
        var device = Samples.Device();
        device.State = RegistrationState.Active;
        var first = await _host.Merchants.PutDeviceAsync(new() { Device = device }, PlatformHost.Operator);
        var second = await _host.Merchants.PutDeviceAsync(new() { Device = device }, PlatformHost.Operator);

        Assert.Equal("PY0000", first.Code);
        Assert.Equal(first.Response.Revision, second.Response.Revision);
        var listed = await _host.Merchants.ListDevicesAsync(new(), PlatformHost.Operator);
        Assert.Equal(device, Assert.Single(listed.Response));
    }

    [Fact]
    public async Task PutDevice_UnknownMerchantOrAnothers_Refused()
    {
        var unknown = await _host.Merchants.PutDeviceAsync(new() { Device = Samples.Device() }, PlatformHost.Operator);
        await _host.Merchants.PutMerchantAsync(new() { Merchant = Samples.Merchant() }, PlatformHost.Operator);
        await _host.Merchants.PutMerchantAsync(new() { Merchant = Samples.Merchant("other") }, PlatformHost.Operator);
        await _host.Merchants.PutDeviceAsync(new() { Device = Samples.Device() }, PlatformHost.Operator);
        var stolen = Samples.Device();
        stolen.MerchantId = "other";
        var refused = await _host.Merchants.PutDeviceAsync(new() { Device = stolen }, PlatformHost.Operator);

        Assert.Equal("PY2001", unknown.Code);
        Assert.Equal("PY2005", refused.Code);
        var listed = await _host.Merchants.ListDevicesAsync(new(), PlatformHost.Operator);
        Assert.Equal("hz-bus", Assert.Single(listed.Response).MerchantId);
    }

    private async Task<MakeResponseKeyResponse> Make() => await _host.Merchants.MakeResponseKeyAsync(
        new() { MerchantId = "hz-bus" }, PlatformHost.Operator);

    private async Task<UseResponseKeyResponse> Use(uint keyId) => await _host.Merchants.UseResponseKeyAsync(
        new() { MerchantId = "hz-bus", ResponseKeyId = keyId }, PlatformHost.Operator);

    private Task<MerchantRecord> Record() => _host.Read(
        async db => FeedRecords.Of((await db.Merchants.FindAsync("hz-bus"))!, _host.Sealer).Merchant);

    private static string PrivatePem()
    {
        using var rsa = RSA.Create(3072);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    private static string EllipticPem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfoPem();
    }
}
