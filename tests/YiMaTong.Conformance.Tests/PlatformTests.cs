using System.Security.Cryptography;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;

namespace YiMaTong.Conformance.Tests;

/// <summary>
/// What the standard asks of registrations: signature profiles, key lengths, and an operator to make them.
/// </summary>
public sealed class PlatformTests(ConformanceTarget target) : ConformanceTest(target)
{
    [Theory]
    [InlineData("/api/v1/platform/scenes")]
    [InlineData("/api/v1/platform/merchants")]
    [InlineData("/api/v1/platform/devices")]
    [InlineData("/api/v1/platform/channels")]
    [InlineData("/api/v1/platform/tags")]
    [InlineData("/api/v1/platform/code-keys")]
    public async Task List_WithoutOperator_IsPY1002(string path)
    {
        Envelope.Is(await Api.Get(path), "PY1002");
        Envelope.Is(await Api.Get(path, "not-the-operator"), "PY1002");
        Envelope.Is(await Api.Get(path, World.Demo.AccessToken), "PY1002");
    }

    [Theory]
    [InlineData("/api/v1/citizen/claim")]
    [InlineData("/api/v1/citizen/consents")]
    [InlineData("/api/v1/citizen/consents/withdraw")]
    [InlineData("/api/v1/citizen/codes/revoke")]
    public async Task CitizenCall_WithoutSession_IsPY1002(string path)
    {
        Envelope.Is(await Api.Post(path, new { }), "PY1002");
        Envelope.Is(await Api.Post(path, new { }, "no-such-session"), "PY1002");
        Envelope.Is(await Api.Post(path, new { }, World.Operator.Token), "PY1002");
    }

    [Theory]
    [InlineData("RSA_PSS_SHA256", 2048)]
    [InlineData("SHA256_WITH_RSA", 1024)]
    public async Task PutMerchant_KeyTooShort_IsPY1001NamingIt(string profile, int bits)
    {
        using var key = RSA.Create(bits);
        var answer = await World.Operator.TryPut(
            $"/api/v1/platform/merchants/{World.Name("short")}", Operator.Merchant(await World.Scene(), key, profile));

        Envelope.Names(Envelope.Is(answer, "PY1001"), "publicKeyPem");
    }

    [Fact]
    public async Task PutMerchant_ProfileUnsaid_GetsRsaPss()
    {
        var id = World.Name("default");
        await World.Operator.Put($"/api/v1/platform/merchants/{id}", new
        {
            name = "默认",
            sceneId = await World.Scene(),
            publicKeyPem = Keys.Pss.ExportSubjectPublicKeyInfoPem(),
        });

        var merchant = (await World.Operator.List("/api/v1/platform/merchants")).EnumerateArray()
            .Single(merchant => merchant.GetProperty("merchantId").GetString() == id);

        Assert.Equal("SIGNATURE_PROFILE_RSA_PSS_SHA256", merchant.GetProperty("signatureProfile").GetString());
        Assert.Equal("RESPONSE_CIPHER_AES_256_GCM", merchant.GetProperty("responseCipher").GetString());
    }

    [Fact]
    public async Task PutMerchant_Again_DoesNotShowTheResponseKeyAgain()
    {
        var id = World.Name("again");
        var body = Operator.Merchant(await World.Scene(), Keys.Pss, "RSA_PSS_SHA256");
        var first = await World.Operator.Put($"/api/v1/platform/merchants/{id}", body);
        var second = await World.Operator.Put($"/api/v1/platform/merchants/{id}", body);

        Assert.Equal(32, Convert.FromBase64String(first["responseKeyBase64"]).Length);
        Assert.Equal("", second["responseKeyBase64"]);
    }

    [Fact]
    public async Task PutDevice_OfAnotherMerchant_IsPY2005()
    {
        var answer = await World.Operator.TryPut(
            $"/api/v1/platform/devices/{World.Once.MacId}", new { merchantId = World.Reusable.MerchantId });

        Envelope.Is(answer, "PY2005");
    }

    [Theory]
    [InlineData("subject.Nope == 1")]
    [InlineData("subject.TalentLevel ==")]
    [InlineData("System.IO.File.Exists(\"x\")")]
    public async Task PutScene_RuleThatDoesNotCompile_IsPY1001(string admissionRule)
    {
        var answer = await World.Operator.TryPut($"/api/v1/platform/scenes/{World.Name("rule")}", new
        {
            name = "规则",
            kind = "a",
            qrcodeTypes = new[] { "gj" },
            admissionRule,
        });

        Assert.Equal("PY1001", answer.Code);
        Assert.Contains("admissionRule", answer.Msg, StringComparison.Ordinal);
    }
}
