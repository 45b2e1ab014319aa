using System.Text.Json;
using Google.Protobuf;
using YiMaTong.Codes.Returns;
using YiMaTong.Codes.Signing;
using YiMaTong.Codes.Time;
using YiMaTong.Contracts.Decode.V1;
using YiMaTong.Decode.Standard;

namespace YiMaTong.Decode.Tests;

public sealed class StandardDecodeTests
{
    internal static DecodeQrcodeRequest Signed(
        Node node,
        string? code = null,
        int offsetSeconds = 0,
        string spelling = "qrcod",
        Keys? keys = null,
        string macId = World.MacId) =>
        Signed(node.Time.GetUtcNow().AddSeconds(offsetSeconds), code ?? node.Mint(), spelling, keys, macId);

    internal static DecodeQrcodeRequest Signed(
        DateTimeOffset now, string code, string spelling = "qrcod", Keys? keys = null, string macId = World.MacId,
        string merchantId = World.MerchantId)
    {
        var time = WireTime.Compact(now);
        var both = spelling == "both";
        var request = new DecodeQrcodeRequest
        {
            MerchantId = merchantId,
            MacId = macId,
            Time = time,
            Qrcod = both || spelling == "qrcod" ? code : "",
            Qrcode = both || spelling == "qrcode" ? code : "",
        };
        request.Sign = (keys ?? Keys.Pss).Sign(
            ("time", time), ("macId", macId), ("qrcode", request.Qrcode), ("qrcod", request.Qrcod),
            ("merchantId", merchantId));
        return request;
    }

    private static DecodeQrcodeRequest OfPark(Node node) => Signed(
        node.Time.GetUtcNow(), node.Mint(), macId: "park-01", merchantId: "hz-park");

    internal static DecodeQrcodeResponse Answer(Node node, DecodeQrcodeRequest request) =>
        node.Get<StandardDecodeGrpcService>().Answer(request, default);

    internal static JsonElement Open(
        DecodeQrcodeRequest request, string response, ResponseCipher cipher = ResponseCipher.Aes256Gcm)
    {
        using var sealer = new ResponseSealer(cipher, 3, World.ResponseKey);
        var associated = ResponseSealer.AssociatedData(request.MerchantId, request.MacId, request.Time);
        Assert.True(sealer.TryOpen(response, associated, out var plaintext));
        return JsonDocument.Parse(plaintext).RootElement;
    }

    [Theory]
    [InlineData("qrcod")]
    [InlineData("qrcode")]
    [InlineData("both")]
    public void DecodeQrcode_AnySpelling_IsAnsweredSealed(string spelling)
    {
        using var node = Node.Ready();
        var request = Signed(node, spelling: spelling);
        var answer = Answer(node, request);

        Assert.Equal(("PY0000", "成功"), (answer.Code, answer.Msg));
        var result = Open(request, answer.Response);
        Assert.Equal(
            ["qrcodeType", "tags", "decision", "concealName", "concealCard", "decisionId", "serverTime"],
            result.EnumerateObject().Select(p => p.Name));
        Assert.Equal("gj", result.GetProperty("qrcodeType").GetString());
        Assert.Equal("permit", result.GetProperty("decision").GetString());
        Assert.Equal("*三", result.GetProperty("concealName").GetString());
        Assert.Equal("9**************4", result.GetProperty("concealCard").GetString());
        Assert.Equal("2026-09-16 20:12:00", result.GetProperty("serverTime").GetString());
        Assert.Equal(
            """{"icon":"/icons/veteran.png","no":1,"text":"标签1","backgroundColor":1,"fontColor":2}""",
            result.GetProperty("tags")[0].GetRawText());
        var numbers = result.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("no").GetInt32());
        Assert.Equal([1, 2, 4], numbers);
    }

    [Fact]
    public void DecodeQrcode_CompatibilityProfiles_AreSpoken()
    {
        using var node = Node.Ready();
        node.Change(r => World.Merchant(r, m =>
        {
            m.SignatureProfile = "SHA256withRSA";
            m.PublicKey = ByteString.CopyFrom(Keys.Pkcs1.PublicDer);
            m.ResponseCipher = "AES-256-CBC";
        }));
        var request = Signed(node, keys: Keys.Pkcs1);
        var answer = Answer(node, request);
        Assert.Equal("PY0000", answer.Code);
        var result = Open(request, answer.Response, ResponseCipher.Aes256Cbc);
        Assert.Equal("permit", result.GetProperty("decision").GetString());
        Assert.Equal("PY2002", Answer(node, Signed(node, offsetSeconds: 1, keys: Keys.Pss)).Code);
    }

    [Fact]
    public void DecodeQrcode_FieldsNotConsentedTo_AreAbsent()
    {
        using var node = Node.Ready();
        node.Change(r => World.Subject(r, s => s.Fields = 0));
        var request = Signed(node);
        var result = Open(request, Answer(node, request).Response);
        Assert.Equal(
            ["qrcodeType", "decision", "decisionId", "serverTime"], result.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void DecodeQrcode_AnyFieldTampered_FailsItsSignature()
    {
        using var node = Node.Ready();
        node.Change(r => World.Merchant(r, m => m.MerchantId = "other"));
        foreach (var tamper in new Action<DecodeQrcodeRequest>[]
        {
            r => r.MerchantId = "other",
            r => r.MacId = "gate-02",
            r => r.Time = WireTime.Compact(node.Time.GetUtcNow().AddSeconds(1)),
            r => r.Qrcod = node.Mint(),
            r => (r.Qrcode, r.Qrcod) = (r.Qrcod, ""),
            r => r.Qrcode = r.Qrcod,
            r => r.Sign = (r.Sign[0] == 'A' ? 'B' : 'A') + r.Sign[1..],
            r => r.Sign = r.Sign[..^4],
            r => r.Sign = "*not base64*",
        })
        {
            var request = Signed(node);
            tamper(request);
            var answer = Answer(node, request);
            Assert.Equal("PY2002", answer.Code);
            Assert.False(answer.HasResponse);
        }
    }

    [Fact]
    public void DecodeQrcode_BadForm_NamesTheField()
    {
        using var node = Node.Ready();
        foreach (var (field, change) in new (string, Action<DecodeQrcodeRequest>)[]
        {
            ("merchantId", r => r.MerchantId = ""), ("merchantId", r => r.MerchantId = new string('m', 65)),
            ("time", r => r.Time = ""), ("time", r => r.Time = "20261316201200"),
            ("time", r => r.Time = "2026-09-16 20:12"),
            ("sign", r => r.Sign = ""), ("sign", r => r.Sign = new string('A', 1_401)),
            ("macId", r => r.MacId = ""), ("macId", r => r.MacId = new string('m', 65)),
            ("qrcod", r => r.Qrcod = ""), ("qrcod", r => r.Qrcod = new string('Y', 513)),
            ("qrcode", r => r.Qrcode = "another"),
        })
        {
            var request = Signed(node);
            change(request);
            var answer = Answer(node, request);
            Assert.Equal(("PY1001", $"参数缺失或格式错误: {field}"), (answer.Code, answer.Msg));
        }
    }

    [Fact]
    public void DecodeQrcode_Faults_ComeInOrder()
    {
        using var node = Node.Ready();
        var old = Signed(node, offsetSeconds: -301);
        old.Sign = "AAAA";
        Assert.Equal("PY2003", Answer(node, old).Code);
        old.MerchantId = "nobody";
        Assert.Equal("PY2001", Answer(node, old).Code);
        Assert.Equal("PY2005", Answer(node, Signed(node, macId: "gate-02")).Code);
        Assert.Equal("PY2006", Answer(node, Signed(node, code: "hello")).Code);
    }

    [Fact]
    public void DecodeQrcode_SameRequestAgain_IsTheSameAnswerWithinTheGraceAndAReplayLater()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.SingleUse = true));
        var request = Signed(node);
        var first = Answer(node, request);
        node.Time.Advance(TimeSpan.FromSeconds(5));
        var retry = Answer(node, request);
        Assert.Equal(first, retry);
        Assert.NotEmpty(retry.Response);

        node.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("PY2004", Answer(node, request).Code);
        node.Time.Advance(TimeSpan.FromSeconds(294));
        Assert.Equal("PY2004", Answer(node, request).Code);
    }

    [Fact]
    public void DecodeQrcode_RefusalRetried_IsTheSameRefusal()
    {
        using var node = Node.Ready();
        var request = Signed(node, code: node.Mint(handle: 42));
        Assert.Equal("PY2007", Answer(node, request).Code);
        node.Change(r => World.Subject(r, s => s.Handle = 42));
        Assert.Equal("PY2007", Answer(node, request).Code);
    }

    [Fact]
    public void DecodeQrcode_TransientAnswer_DoesNotUseTheRequestUp()
    {
        using var node = Node.Ready();
        node.Change(r => World.Scene(r, s => s.MaxStalenessMs = 1_000));
        node.Time.Advance(TimeSpan.FromSeconds(2));
        var request = Signed(node);
        Assert.Equal("PY2018", Answer(node, request).Code);
        node.Change(r => World.Device(r));
        Assert.Equal("PY0000", Answer(node, request).Code);
    }

    [Fact]
    public void DecodeQrcode_KnownContentWithForgedSignature_IsNotAnswered()
    {
        using var node = Node.Ready();
        var request = Signed(node);
        var first = Answer(node, request);
        var forged = request.Clone();
        forged.Sign = Convert.ToBase64String(new byte[384]);
        Assert.Equal("PY2002", Answer(node, forged).Code);

        // Signed anew by its own merchant it is the same request.
        Assert.Equal(first, Answer(node, Signed(node, code: request.Qrcod)));
    }

    [Fact]
    public void Take_RequestStillBeingAnswered_IsToComeAgain()
    {
        using var node = Node.Ready();
        var ledger = node.Get<RequestLedger>();
        _ = ledger.Take(1, 2, 5, out var claim);
        Assert.NotNull(claim);
        Assert.Equal(1998, ledger.TryRepeat(1, 2)!.Code.Number);
        Assert.Null(ledger.TryRepeat(1, 3));
        Assert.Equal(1998, ledger.Take(1, 3, 5, out var second).Code.Number);
        Assert.Null(second);

        ledger.Put(1, claim, new(PyCodes.NoSuchCode));
        Assert.Equal(2007, ledger.TryRepeat(1, 2)!.Code.Number);
    }

    [Fact]
    public void DecodeQrcode_LoadingNode_CannotTell()
    {
        using var node = new Node();
        Assert.Equal("PY2018", Answer(node, Signed(node)).Code);
    }

    [Fact]
    public void DecodeQrcode_NoRoomForAnotherRequest_IsBusy()
    {
        using var node = Node.Ready(o => (o.RequestCapacity, o.RequestSharePercent) = (1, 100));
        Assert.Equal("PY0000", Answer(node, Signed(node)).Code);
        Assert.Equal("PY1008", Answer(node, Signed(node, offsetSeconds: 1)).Code);
        node.Change(r => World.Merchant(r, m => m.MerchantId = "hz-park"));
        node.Change(r => World.Device(r, d => (d.MacId, d.MerchantId) = ("park-01", "hz-park")));
        Assert.Equal("PY1998", Answer(node, OfPark(node)).Code);
    }

    [Fact]
    public void DecodeQrcode_MerchantThatSpentItsShare_LeavesRoomForOthers()
    {
        using var node = Node.Ready(o => (o.RequestCapacity, o.RequestSharePercent) = (4, 50));
        node.Change(r => World.Merchant(r, m => m.MerchantId = "hz-park"));
        node.Change(r => World.Device(r, d => (d.MacId, d.MerchantId) = ("park-01", "hz-park")));
        var first = Signed(node);
        Assert.Equal("PY0000", Answer(node, first).Code);
        Assert.Equal("PY0000", Answer(node, Signed(node, offsetSeconds: 1)).Code);
        Assert.Equal("PY1008", Answer(node, Signed(node, offsetSeconds: 2)).Code);
        Assert.Equal("PY0000", Answer(node, OfPark(node)).Code);

        // Repetitions need no room, and time gives it back: two generations of twice the window.
        Assert.Equal("PY0000", Answer(node, first).Code);
        node.Time.Advance(TimeSpan.FromSeconds(1_201));
        Assert.Equal("PY0000", Answer(node, Signed(node)).Code);
    }
}
