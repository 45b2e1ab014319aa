using System.Security.Cryptography;
using YiMaTong.Conformance.Tests.Crypto;
using YiMaTong.Conformance.Tests.Target;
using YiMaTong.Conformance.Tests.Wire;
using YiMaTong.Conformance.Tests.World;
using YiMaTong.Testing;

namespace YiMaTong.Conformance.Tests;

/// <summary>B.4: who may ask. Merchant, device, time, signature and replay.</summary>
public sealed class DecodeRequestTests(ConformanceTarget target) : ConformanceTest(target)
{
    private static readonly string[] Tampered = ["merchantId", "time", "qrcod", "macId"];

    [Theory]
    [InlineData("RsaPssSha256", "Aes256Gcm")]
    [InlineData("RsaPssSha256", "Aes256Cbc")]
    [InlineData("Sha256WithRsa", "Aes256Gcm")]
    [InlineData("Sha256WithRsa", "Aes256Cbc")]
    public async Task Decode_EachProfile_AnswersSealed(string profile, string cipher)
    {
        var gate = await World.Merchant(
            await World.Scene(), Enum.Parse<SignatureProfile>(profile), Enum.Parse<ResponseCipher>(cipher));
        var (citizen, tokens) = await World.Citizen();

        var opened = await gate.DecodeAndOpen(await citizen.Mint(tokens));

        Assert.Equal("gj", opened.GetProperty("qrcodeType").GetString());
        Assert.Equal("*三", opened.GetProperty("concealName").GetString());
    }

    [Theory]
    [InlineData("Aes256Gcm")]
    [InlineData("Aes256Cbc")]
    public async Task Decode_Twice_NeverReusesAnIv(string cipher)
    {
        var parsedAs = Enum.Parse<ResponseCipher>(cipher);
        var gate = await World.Merchant(await World.Scene(), cipher: parsedAs);
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        var ivs = new HashSet<string>();

        for (var i = 0; i < 20; i++)
        {
            var answer = Envelope.Is(await gate.Decode(code), "PY0000");
            Assert.True(ivs.Add(Convert.ToHexString(SealedResponse.Parse(answer.Response.GetString()!, parsedAs).Iv)));
        }
    }

    [Theory]
    [InlineData("merchantId")]
    [InlineData("time")]
    [InlineData("sign")]
    [InlineData("qrcod")]
    [InlineData("macId")]
    public async Task Decode_FieldLacking_IsPY1001NamingIt(string field)
    {
        var request = World.Reusable.Request("YM1ABC");
        request.Remove(field);

        Envelope.Names(Envelope.Is(await World.Reusable.Send(request), "PY1001"), field);
    }

    [Fact]
    public async Task Decode_BothSpellingsAlike_AreAccepted()
    {
        var (citizen, tokens) = await World.Citizen();
        var code = await citizen.Mint(tokens);
        var fields = World.Reusable.Request(code);
        fields["qrcode"] = code;

        Envelope.Is(await World.Reusable.Send(World.Reusable.Signed(fields)), "PY0000");
    }

    [Fact]
    public async Task Decode_BothSpellingsDiffering_IsPY1001()
    {
        var fields = World.Reusable.Request("YM1ABC");
        fields["qrcode"] = "YM1ABD";

        Envelope.Is(await World.Reusable.Send(World.Reusable.Signed(fields)), "PY1001");
    }

    [Fact]
    public async Task Decode_MerchantUnknown_IsPY2001() => Envelope.Is(
        await (World.Reusable with { MerchantId = World.Name("nobody") }).Decode("YM1ABC"), "PY2001");

    [Fact]
    public async Task Decode_MerchantDisabled_IsPY2001()
    {
        var scene = await World.Scene();
        var gate = await World.Merchant(scene);
        await World.Operator.Put(
            $"/api/v1/platform/merchants/{gate.MerchantId}",
            Operator.Merchant(scene, gate.Key, "RSA_PSS_SHA256", state: "DISABLED"));

        await Eventually.Satisfies(() => gate.Decode("YM1ABC"), answer => answer.Code == "PY2001", "PY2001");
    }

    [Theory]
    [InlineData("RsaPssSha256")]
    [InlineData("Sha256WithRsa")]
    public async Task Decode_AnyFieldTampered_IsRefused(string profile)
    {
        var gate = profile == "RsaPssSha256" ? World.Reusable : World.Once;
        var other = World.Discreet;
        var (citizen, tokens) = await World.Citizen();
        var (code, another) = (await citizen.Mint(tokens), await citizen.Mint(tokens));

        foreach (var field in Tampered)
        {
            var request = gate.Request(code);
            request[field] = field switch
            {
                "merchantId" => other.MerchantId,
                "macId" => other.MacId,
                "time" => Gate.NextTime(),
                _ => another,
            };

            // Of a foreign merchant or device, the cheaper check may speak first.
            Envelope.IsOneOf(
                await gate.Send(request), field is "merchantId" or "macId" ? ["PY2002", "PY2005"] : ["PY2002"]);
        }
    }

    [Fact]
    public async Task Decode_EachBitRegionOfTheSignatureFlipped_IsPY2002()
    {
        for (var position = 0; position < 384; position += 32)
        {
            var request = World.Reusable.Request("YM1ABC");
            var signature = Convert.FromBase64String(request["sign"]);
            signature[position] ^= 1;
            request["sign"] = Convert.ToBase64String(signature);

            Envelope.Is(await World.Reusable.Send(request), "PY2002");
        }
    }

    [Fact]
    public async Task Decode_SignatureOfTheWrongKind_IsPY2002()
    {
        string Sign(
            Gate gate, Dictionary<string, string> request, RSASignaturePadding padding, HashAlgorithmName hash) =>
            request["sign"] = RequestSigner.Sign(gate.Key, padding, hash, RequestSigner.Canonical(request));
        (Gate Gate, RSASignaturePadding Padding, HashAlgorithmName Hash)[] kinds =
        [
            (World.Reusable, RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA256),
            (World.Reusable, RSASignaturePadding.Pss, HashAlgorithmName.SHA1),
            (World.Reusable, RSASignaturePadding.Pss, HashAlgorithmName.SHA512),
            (World.Once, RSASignaturePadding.Pss, HashAlgorithmName.SHA256),
            (World.Once, RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA1),
            (World.Once, RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA512),
        ];

        foreach (var (gate, padding, hash) in kinds)
        {
            var request = gate.Request("YM1ABC");
            Sign(gate, request, padding, hash);
            Envelope.Is(await gate.Send(request), "PY2002");
        }
    }

    [Fact]
    public async Task Decode_KeyOfSomebodyElse_IsPY2002() =>
        Envelope.Is(await (World.Reusable with { Key = Keys.Stranger }).Decode("YM1ABC"), "PY2002");

    [Theory]
    [InlineData("!!! not base64 !!!")]
    [InlineData("AAAA")]
    [InlineData("签名")]
    public async Task Decode_SignatureMalformed_IsRefused(string sign)
    {
        var request = World.Reusable.Request("YM1ABC");
        request["sign"] = sign;

        Envelope.IsOneOf(await World.Reusable.Send(request), "PY1001", "PY2002");
    }

    [Theory]
    [InlineData(-290, true)]
    [InlineData(290, true)]
    [InlineData(-310, false)]
    [InlineData(310, false)]
    [InlineData(-86_400, false)]
    [InlineData(28_800, false)]
    [InlineData(-28_800, false)]
    public async Task Decode_TimeAtTheEdges_IsWithinThreeHundredSeconds(int offsetSeconds, bool accepted)
    {
        var request = World.Reusable.Request(
            $"YM1{offsetSeconds}", time: Gate.WireTime(DateTimeOffset.UtcNow.AddSeconds(offsetSeconds)));

        // Within the window the request is looked at further, and only then the code is found to be none.
        Envelope.Is(await World.Reusable.Send(request), accepted ? "PY2006" : "PY2003");
    }

    [Theory]
    [InlineData("20260916")]
    [InlineData("20261316201200")]
    [InlineData("2026-09-16 20:12:00")]
    [InlineData("２０２６０９１６２０１２００")]
    [InlineData("yyyyMMddHHmmss")]
    public async Task Decode_TimeMalformed_IsPY1001NamingIt(string time) => Envelope.Names(
        Envelope.Is(await World.Reusable.Send(World.Reusable.Request("YM1ABC", time: time)), "PY1001"), "time");

    [Fact]
    public async Task Decode_DeviceUnknown_IsPY2005() =>
        Envelope.Is(await (World.Reusable with { MacId = World.Name("nowhere") }).Decode("YM1ABC"), "PY2005");

    [Fact]
    public async Task Decode_DeviceOfAnotherMerchant_IsPY2005() =>
        Envelope.Is(await (World.Reusable with { MacId = World.Discreet.MacId }).Decode("YM1ABC"), "PY2005");

    [Fact]
    public async Task Decode_DeviceDisabled_IsPY2005()
    {
        var gate = await World.Device(World.Reusable);
        await World.Operator.PutDevice(gate.MacId, gate.MerchantId, "DISABLED");

        await Eventually.Satisfies(() => gate.Decode("YM1ABC"), answer => answer.Code == "PY2005", "PY2005");
    }

    [Theory]
    [InlineData("once")]
    [InlineData("reusable")]
    public async Task Decode_SameSignedRequestAgain_IsTheVerySameAnswerAndLaterPY2004(string scene)
    {
        var gate = scene == "once" ? World.Once : World.Reusable;
        var (citizen, tokens) = await World.Citizen();
        var request = gate.Request(await citizen.Mint(tokens));
        var first = Envelope.Is(await gate.Send(request), "PY0000");

        var retry = await gate.Send(request);
        Assert.Equal(first.Body, retry.Body);

        await AwaitUntil.Satisfies(
            () => gate.Send(request),
            answer =>
            {
                // Until it is a replay it stays the very same answer: there is nothing between the two.
                Assert.True(
                    answer.Code == "PY2004" || answer.Body == first.Body, $"neither a retry nor a replay: {answer}");
                return answer.Code == "PY2004";
            },
            TimeSpan.FromSeconds(15),
            "PY2004 for a replay",
            TimeSpan.FromMilliseconds(500),
            TestContext.Current.CancellationToken);
        Envelope.Is(await gate.Send(request), "PY2004");
    }
}
