using System.Security.Cryptography;
using YiMaTong.Conformance.Tests.Crypto;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

namespace YiMaTong.Conformance.Tests;

/// <summary>The credentials of demo.json do what a newcomer is told that they do.</summary>
public sealed class DemoCredentialsTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Fact]
    public async Task AccessToken_OfTheDemonstration_MintsWithoutAPosition() =>
        Envelope.Is(await Api.Post(Paths.Generate, new { accessToken = World.Demo.AccessToken }), "PY0000");

    [Fact]
    public async Task ChannelAccessToken_OfTheDemonstration_MintsWithAPositionOnly()
    {
        var token = World.Demo.ChannelAccessToken;

        Envelope.Is(
            await Api.Post(Paths.ChannelQrcode, new { accessToken = token, latitude = "30.27", longitude = "120.15" }),
                "PY0000");
        Envelope.Is(await Api.Post(Paths.ChannelQrcode, new { accessToken = token }), "PY1001");
    }

    [Fact]
    public async Task AuthorizationCode_OfTheDemonstration_IsKnown()
    {
        var answer =
            await Api.Post(Paths.Authorize, new { code = World.Demo.AuthorizationCode, appId = World.Demo.AppId });

        // It works once, and for its life; a system that others use too may have spent it.
        Envelope.IsOneOf(answer, World.IsFresh ? ["PY0000"] : ["PY0000", "PY3004", "PY3005"]);
    }

    [Fact]
    public async Task Merchant_OfTheDemonstration_Decodes()
    {
        var demo = World.Demo;
        using var key = RSA.Create();
        key.ImportFromPem(demo.MerchantPrivateKeyPem);
        var gate = new Gate(
            Api,
            demo.MerchantId,
            demo.MacId,
            key,
            RequestSigner.ParseProfile(demo.SignatureProfile),
            ResponseCipher.Aes256Gcm,
            demo.ResponseKeyId,
            Convert.FromBase64String(demo.ResponseKeyBase64));

        Assert.Equal("gj", (await gate.DecodeAndOpen(await Mint())).GetProperty("qrcodeType").GetString());
    }

    [Fact]
    public async Task ReusableScene_OfTheDemonstration_DecodesOneCodeManyTimes()
    {
        var demo = World.Demo.ReusableScene;
        using var key = RSA.Create();
        key.ImportFromPem(demo.MerchantPrivateKeyPem);
        var gate = new Gate(
            Api,
            demo.MerchantId,
            demo.MacId,
            key,
            RequestSigner.ParseProfile(demo.SignatureProfile),
            ResponseCipher.Aes256Gcm,
            demo.ResponseKeyId,
            Convert.FromBase64String(demo.ResponseKeyBase64));
        var code = await Mint();

        for (var i = 0; i < 10; i++)
        {
            await gate.DecodeAndOpen(code);
        }
    }

    private async Task<string> Mint() => Envelope.Is(
        await Api.Post(Paths.Generate, new { accessToken = World.Demo.AccessToken, isImage = "0" }),
            "PY0000")["qrcode"];
}
